"""Generated histories: many invented people, each with a case the domain really decided.

A *pattern* is one history, decided act by act by the same code that decides for officers
(``pattern.py``, ``course.py`` and what it calls, along the Act: ``assessing.py``, ``planning.py``,
``reviewing.py``, ``lengthening.py``, ``handing_over.py``). It is retold for many people, each with
an identity code of the test series, a name, ids and instants of their own (``people.py``,
``retelling.py``), and written in bulk by several processes (``plan.py``, ``crew.py``).
"""
