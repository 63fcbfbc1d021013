package io.paymentsaga.sandbox;

import java.util.ArrayDeque;
import java.util.Deque;

/** What has been started, to be stopped last started first. */
final class RunningParts {
  private record Part(String name, AutoCloseable running) {}

  private final Deque<Part> parts = new ArrayDeque<>();

  synchronized <T extends AutoCloseable> T add(String name, T running) {
    parts.push(new Part(name, running));
    return running;
  }

  /** Stops everything; what fails to stop is reported and does not hold up the rest. */
  @SuppressWarnings("CatchAndPrintStackTrace")
  synchronized void stopAll() {
    while (!parts.isEmpty()) {
      Part part = parts.pop();
      try {
        part.running().close();
      } catch (Exception e) {
        System.err.println("Could not stop " + part.name());
        e.printStackTrace();
      }
    }
  }
}
