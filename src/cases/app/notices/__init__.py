"""Notices from outside: what another authority tells a municipality of people (84 §).

A notice is no fact of any case: the person may be nobody's client. It is kept for the municipality
it was sent to, outside the record, until it is recorded in the person's case (``notice_filing``),
an officer has handled it, or its last day is over. Who sends learns what was received, and never
whether the person is known. Whoever comes near a notice leaves a line in the access trail under
the notice's own id, before anything is answered.
"""
