-- Until the transaction ends, so that a pooled connection never carries them to the next reader.
select set_config('cases.authorities', %(authorities)b::text[]::text, true)
