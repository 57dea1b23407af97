// Node's own http, without a framework: node node.js PORT DIRECTORY
'use strict';
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

const [port, directory] = process.argv.slice(2);
const hello = Buffer.from('Hello, World!');
const bytesMax = 16 * 1024 * 1024;
const file = path.join(directory, 'file', '1m');
const fileBytes = fs.statSync(file).size;
let all;

function end(response, type, body) {
    response.writeHead(200, {'Server': 'Node', 'Content-Type': type, 'Content-Length': body.length});
    response.end(body);
}

function octets(response, length) {
    const head = {'Server': 'Node', 'Content-Type': 'application/octet-stream'};
    if (length !== undefined) head['Content-Length'] = length;
    response.writeHead(200, head);
    return response;
}

function bytes(response, count) {
    if (!(count >= 0 && count <= bytesMax)) {
        response.writeHead(404).end();
        return;
    }
    all ??= Buffer.alloc(bytesMax, 'x');
    end(response, 'application/octet-stream', all.subarray(0, count));
}

const server = http.createServer((request, response) => {
    switch (request.url) {
        case '/plaintext': return end(response, 'text/plain', hello);
        case '/json': return end(response, 'application/json', Buffer.from(JSON.stringify({message: 'Hello, World!'})));
        case '/': return end(response, 'text/plain', Buffer.from('ok'));
        case '/echo': return request.pipe(octets(response, request.headers['content-length']));
        case '/file/1m': return fs.createReadStream(file).pipe(octets(response, fileBytes));
        default: return bytes(response, Number(request.url.slice('/bytes/'.length)));
    }
});
// Connections stay for as long as they are measured.
server.keepAliveTimeout = 0;
server.requestTimeout = 0;
server.headersTimeout = 0;
server.listen({port, host: '127.0.0.1', backlog: 4096}, () => console.log('http://127.0.0.1:' + port + '/ by node'));
