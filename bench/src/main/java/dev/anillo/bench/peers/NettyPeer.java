package dev.anillo.bench.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// Netty with one event loop and as its authors set it up for TechEmpower's benchmarks (frameworks/Java/netty there):
/// pooled direct buffers, headers not checked, no handlers but the two of the codec; JVM options in [Contenders].
final class NettyPeer implements PeerServer {
    private final NettyTransport transport;
    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);

    NettyPeer(NettyTransport transport) {
        this.transport = transport;
    }

    @Override
    public int listen(int port, Path directory) throws InterruptedException {
        var loop = new MultiThreadIoEventLoopGroup(1, transport.handlers(allocator));
        var date = new NettyHandler.Date(new AsciiString(Answers.date()));
        loop.scheduleAtFixedRate(() -> date.set(new AsciiString(Answers.date())), 1, 1, TimeUnit.SECONDS);
        var file = directory.resolve("file").resolve("1m").toFile();
        var bootstrap = new ServerBootstrap().group(loop).channel(transport.listener())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpResponseEncoder(), new HttpRequestDecoder(decoder()),
                                new NettyHandler(date, file));
                    }
                });
        transport.options(bootstrap);
        var listener = bootstrap.bind(HOST, port).sync().channel();
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    private static HttpDecoderConfig decoder() {
        return new HttpDecoderConfig().setHeadersFactory(NettyHandler.HEADERS)
                .setTrailersFactory(NettyHandler.TRAILERS);
    }
}
