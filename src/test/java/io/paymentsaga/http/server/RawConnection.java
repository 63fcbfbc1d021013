package io.paymentsaga.http.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client that sends what no HTTP library would, byte by byte if it must be. */
final class RawConnection implements AutoCloseable {
  /** Longer than the server's patience in these tests, whatever the machine does. */
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket;

  RawConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  /** Sends text as it is, but for line ends, which become HTTP's. */
  RawConnection send(String text) throws IOException {
    return send(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  RawConnection send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Everything until the server closes. */
  String untilClosed() throws IOException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(received);
    } catch (SocketException reset) {
      // Closed as well; what came before counts.
    }
    return received.toString(StandardCharsets.UTF_8);
  }

  /** What comes until it ends with these words. */
  String until(String end) throws IOException {
    StringBuilder received = new StringBuilder();
    while (received.indexOf(end) < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new AssertionError("Closed before " + end + ": " + received);
      }
      received.append((char) next);
    }
    return received.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
