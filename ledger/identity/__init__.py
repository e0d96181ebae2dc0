"""People, how they sign in, and their sessions.

Owns who a person is (name, e-mail, phone, language), the proof that they are it
(a password) and the sessions that proof opens. Must not know the journal,
communities or cells: a member number is resolved to a person by a callable that
the composition root hands in.
"""
