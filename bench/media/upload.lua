-- Uploads for wrk: a form for a node, PUT for nginx; each picture is another one.
-- What begins as a JPEG of 64 by 64 pixels, 100 kB in all.
local picture = ("\xff\xd8\xff\xe0\0\16JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\11\8\0\64\0\64\1\1\17\0\xff\xda\0\8\1\1\0\0\63\0")
local rest = string.rep("x", 100000 - #picture - 16)
local head = '--bb\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
local way, thread, number = "form", 0, 0

function setup(thread_of_wrk)
    thread = thread + 1
    thread_of_wrk:set("name", thread)
end

function init(arguments)
    way = arguments[1]
    start = os.time() % 100000
end

function request()
    number = number + 1
    local mark = string.format("%05d%02d%09d", start, name, number)
    local content = picture .. mark .. rest
    if way == "put" then return wrk.format("PUT", "/up/" .. mark, {}, content) end
    return wrk.format("POST", "/upload", {["Content-Type"] = "multipart/form-data; boundary=bb"},
        head .. content .. "\r\n--bb--\r\n")
end

function response(status, headers, body)
    -- wrk counts what is not 2xx; a form that is refused comes with 200.
    if way == "form" and status == 200 and not body:find('"error_code":0', 1, true) then
        io.stderr:write(body)
        os.exit(1)
    end
end
