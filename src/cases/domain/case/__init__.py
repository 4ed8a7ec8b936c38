"""The Case stream: one person's integration case, from the first contact to closing.

One package per legal act – opening, person, assessment, plan, review, closing – each with the same
few files: ``acts`` (what an authority does), ``facts`` (what the log records), ``decisions`` (pure,
``decide``), ``evolution`` (pure, ``evolve``) and the piece of state they share. ``state`` composes
the pieces, ``register`` lists the types.
"""
