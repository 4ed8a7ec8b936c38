delete from notices.answer where last_day < %(today)b
