-- Fills the shared table: every token of the file, each with the answer.
local body = os.getenv("BODY")
for token in io.lines(os.getenv("TOKENS")) do
    assert(ngx.shared.sessions:set(token, body))
end
