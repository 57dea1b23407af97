-- As many requests as `depth` says leave at once, and the next ones when all are answered.
local batch

function init(arguments)
    batch = string.rep(wrk.format(), depth)
end

function request()
    return batch
end
