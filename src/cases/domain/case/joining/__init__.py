"""One person, two cases of one authority: the duplicate is joined to the case that stays."""
