package dev.anillo.bench.peers;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.io.File;

/// One connection of Netty's. Answers are flushed when all that was received has been read.
final class NettyHandler extends ChannelInboundHandlerAdapter {
    static final HttpHeadersFactory HEADERS = DefaultHttpHeadersFactory.headersFactory().withValidation(false);
    static final HttpHeadersFactory TRAILERS = DefaultHttpHeadersFactory.trailersFactory().withValidation(false);

    private static final AsciiString SERVER = AsciiString.cached("Netty");
    private static final ByteBuf HELLO = constant(Answers.hello());
    private static final AsciiString HELLO_LENGTH = AsciiString.cached(Integer.toString(Answers.hello().length));

    private final Date date;
    private final File file;
    private boolean echoes;

    NettyHandler(Date date, File file) {
        this.date = date;
        this.file = file;
    }

    /// The field's current value, of the one event loop.
    static final class Date {
        private AsciiString value;

        Date(AsciiString value) {
            this.value = value;
        }

        void set(AsciiString value) {
            this.value = value;
        }
    }

    /// Outside the heap, so that a send has nothing to copy.
    private static ByteBuf constant(byte[] bytes) {
        return Unpooled.unreleasableBuffer(Unpooled.directBuffer(bytes.length).writeBytes(bytes));
    }

    private static final class Bytes {
        static final ByteBuf ALL = constant(Answers.bytes());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message == LastHttpContent.EMPTY_LAST_CONTENT) {
            if (echoes) context.write(message, context.voidPromise());
            echoes = false;
        } else if (message instanceof HttpRequest request) {
            if (request.decoderResult().isFailure()) context.close();
            else answer(context, request);
        } else if (echoes) {
            echoes = !(message instanceof LastHttpContent);
            context.write(message, context.voidPromise());
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void answer(ChannelHandlerContext context, HttpRequest request) {
        var path = request.uri();
        switch (path) {
            case "/plaintext" -> end(context, HttpHeaderValues.TEXT_PLAIN, HELLO.duplicate(), HELLO_LENGTH);
            case "/json" -> end(context, HttpHeaderValues.APPLICATION_JSON, Unpooled.wrappedBuffer(Answers.json()));
            case "/" -> end(context, HttpHeaderValues.TEXT_PLAIN, Unpooled.wrappedBuffer(Answers.ok()));
            case "/echo" -> echo(context, request);
            case "/file/1m" -> file(context);
            default -> end(context, HttpHeaderValues.APPLICATION_OCTET_STREAM,
                    Bytes.ALL.slice(0, Answers.count(path)));
        }
    }

    private void end(ChannelHandlerContext context, AsciiString type, ByteBuf body) {
        end(context, type, body, Integer.toString(body.readableBytes()));
    }

    private void end(ChannelHandlerContext context, AsciiString type, ByteBuf body, CharSequence length) {
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body, HEADERS,
                TRAILERS);
        head(response, type).headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
        context.write(response, context.voidPromise());
    }

    private HttpResponse head(HttpResponse response, AsciiString type) {
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, type).set(HttpHeaderNames.SERVER, SERVER)
                .set(HttpHeaderNames.DATE, date.value);
        return response;
    }

    private HttpResponse octets() {
        return head(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, HEADERS),
                HttpHeaderValues.APPLICATION_OCTET_STREAM);
    }

    private void echo(ChannelHandlerContext context, HttpRequest request) {
        var response = octets();
        var length = request.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        if (length == null) HttpUtil.setTransferEncodingChunked(response, true);
        else response.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
        context.write(response, context.voidPromise());
        echoes = true;
    }

    private void file(ChannelHandlerContext context) {
        var response = octets();
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, file.length());
        context.write(response, context.voidPromise());
        context.write(new DefaultFileRegion(file, 0, file.length()), context.voidPromise());
        context.write(LastHttpContent.EMPTY_LAST_CONTENT, context.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    /// What a client does not take, of an echo above all, is not read on.
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        context.channel().config().setAutoRead(context.channel().isWritable());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
