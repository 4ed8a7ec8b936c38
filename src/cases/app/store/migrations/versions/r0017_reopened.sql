-- A case may be reopened. The list of clients of a day in between does not show it: the spans of days
-- on which it was closed, from each closing to before the reopening, as the text of a datemultirange.
-- Rows that were taken in before are right as they are: nothing could be reopened.
alter table views.client add column was_closed text;
