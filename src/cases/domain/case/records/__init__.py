"""What is wrong in the record is put right by a new fact: corrected or annulled (GDPR 16)."""
