package io.paymentsaga.http.server;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Closes a connection on which too many requests wait until their answers have left. Vert.x keeps
 * them all, and all answers that are not read: one caller without a token could fill the memory.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty returns the promise it is given
final class PipeliningLimit extends ChannelDuplexHandler {
  /** More than clients that pipeline at all have on their way. */
  private static final int MOST = 16;

  private int waiting;

  private PipeliningLimit() {}

  /** To be called before the connection's first request is read. */
  static void setOn(HttpConnection connection) {
    ChannelHandlerContext server = ((ConnectionBase) connection).channelHandlerContext();
    server.pipeline().addBefore(server.name(), null, new PipeliningLimit());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest) {
      waiting++;
    }
    if (waiting > MOST) {
      ReferenceCountUtil.release(message);
      context.close();
    } else {
      context.fireChannelRead(message);
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (endsAnswer(message)) {
      context.write(message, promise.unvoid().addListener(sent -> waiting--));
    } else {
      context.write(message, promise);
    }
  }

  private static boolean endsAnswer(Object message) {
    boolean interim =
        message instanceof HttpResponse response
            && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    return message instanceof LastHttpContent && !interim;
  }
}
