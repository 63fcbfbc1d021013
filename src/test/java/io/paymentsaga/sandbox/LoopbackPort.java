package io.paymentsaga.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Ports on 127.0.0.1. */
final class LoopbackPort {
  static final String HOST = "127.0.0.1";

  private LoopbackPort() {}

  static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** A port that was free a moment ago; nothing reserves it. */
  static int free() {
    return free(1).get(0);
  }

  /** So many different ports that were free a moment ago. */
  static List<Integer> free(int count) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(address(0));
      List<Integer> ports = count == 1 ? new ArrayList<>() : free(count - 1);
      ports.add(socket.getLocalPort());
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The given port, or a free one for 0. */
  static int orFree(int port) {
    return port == 0 ? free() : port;
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(address(port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  /** Whether somebody listens on the port. Unlike {@link #isFree} it never takes the port. */
  static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(address(port));
      return true;
    } catch (IOException refused) {
      return false;
    }
  }
}
