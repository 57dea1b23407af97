package dev.anillo.bench.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;

/// Netty's ways to the kernel.
enum NettyTransport {
    NIO(NioServerSocketChannel.class) {
        @Override
        IoHandlerFactory handlers(ByteBufAllocator allocator) {
            return NioIoHandler.newFactory();
        }
    },
    EPOLL(EpollServerSocketChannel.class) {
        @Override
        IoHandlerFactory handlers(ByteBufAllocator allocator) {
            return EpollIoHandler.newFactory();
        }
    },
    IO_URING(IoUringServerSocketChannel.class) {
        @Override
        IoHandlerFactory handlers(ByteBufAllocator allocator) {
            return IoUringIoHandler.newFactory();
        }
    },
    /// Receives are multishot with it, as Anillo's are; Netty leaves it to the program.
    IO_URING_BUFFER_RING(IoUringServerSocketChannel.class) {
        private static final short GROUP = 0;
        private static final short BUFFERS = 1_024;
        private static final int BUFFER_BYTES = 4_096;
        private static final int BATCH = 64;

        @Override
        IoHandlerFactory handlers(ByteBufAllocator allocator) {
            return IoUringIoHandler.newFactory(new IoUringIoHandlerConfig().setBufferRingConfig(
                    IoUringBufferRingConfig.builder().bufferGroupId(GROUP).bufferRingSize(BUFFERS).batchSize(BATCH)
                            .allocator(new IoUringFixedBufferRingAllocator(allocator, BUFFER_BYTES)).build()));
        }

        @Override
        void options(ServerBootstrap bootstrap) {
            bootstrap.childOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, GROUP);
        }
    };

    private final Class<? extends ServerChannel> listener;

    NettyTransport(Class<? extends ServerChannel> listener) {
        this.listener = listener;
    }

    Class<? extends ServerChannel> listener() {
        return listener;
    }

    abstract IoHandlerFactory handlers(ByteBufAllocator allocator);

    /// Sets what only this transport has.
    void options(ServerBootstrap bootstrap) {}
}
