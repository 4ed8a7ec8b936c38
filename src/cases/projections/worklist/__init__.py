"""What each authority has to do, and by when."""
