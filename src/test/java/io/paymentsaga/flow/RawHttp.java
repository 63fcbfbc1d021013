package io.paymentsaga.flow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** HTTP byte by byte, for requests that no client would send. */
final class RawHttp {
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})");
  private static final int PATIENCE_MILLIS = 1_500;

  private final URI address;

  RawHttp(URI address) {
    this.address = address;
  }

  /**
   * All that came back.
   *
   * @param text ISO 8859-1, with lines that end as given
   */
  Reply send(String text) {
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return read(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A whole request whose connection ends with its answer. */
  Reply get(String target, String... headers) {
    StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return send(request.append("Connection: close\r\n\r\n").toString());
  }

  private static Reply read(Socket socket) throws IOException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    boolean closed = false;
    try {
      byte[] buffer = new byte[8192];
      for (int n = 0; n >= 0; n = socket.getInputStream().read(buffer)) {
        received.write(buffer, 0, n);
      }
      closed = true;
    } catch (SocketTimeoutException stillOpen) {
      // The answer is out; the connection waits for the next request.
    } catch (IOException reset) {
      closed = true;
    }
    return new Reply(received.toString(StandardCharsets.UTF_8), closed);
  }

  /**
   * What a connection brought.
   *
   * @param closed whether the service ended it
   */
  record Reply(String text, boolean closed) {
    /** Of the first answer; 0 when there was none. */
    int status() {
      var line = STATUS_LINE.matcher(text);
      return line.lookingAt() ? Integer.parseInt(line.group(1)) : 0;
    }

    /** Of all answers. */
    List<Integer> statuses() {
      return STATUS_LINE
          .matcher(text)
          .results()
          .map(line -> Integer.parseInt(line.group(1)))
          .toList();
    }

    /** The names of its headers, in lower case. */
    List<String> headers() {
      return text.substring(0, text.indexOf("\r\n\r\n"))
          .lines()
          .skip(1)
          .map(line -> line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT))
          .toList();
    }

    String body() {
      int end = text.indexOf("\r\n\r\n");
      return end < 0 ? "" : text.substring(end + 4);
    }
  }
}
