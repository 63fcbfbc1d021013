package io.paymentsaga.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process of the sandbox. It runs in a session of its own where the system has {@code setsid}, so
 * that Ctrl-C in the terminal reaches the sandbox alone, which then stops its processes in order.
 */
final class ChildProcess {
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private final Process process;
  private boolean frozen;

  private ChildProcess(Process process) {
    this.process = process;
  }

  /** Starts the command, whose program must not itself leave for another process. */
  static ChildProcess start(ProcessBuilder builder, PidFile pidFile) {
    if (Files.isExecutable(SETSID)) {
      List<String> command = new ArrayList<>(builder.command());
      command.add(0, SETSID.toString());
      builder.command(command);
    }
    try {
      Process process = builder.start();
      pidFile.write(process.toHandle());
      return new ChildProcess(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Process process() {
    return process;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGTERM, for which a frozen process thaws; SIGKILL when it is there after the grace. */
  void terminate(Duration grace) {
    process.destroy();
    if (frozen) {
      thaw();
    }
    if (!exitsWithin(grace)) {
      kill();
    }
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** SIGSTOP: the process holds its connections and answers nothing. */
  void freeze() {
    signal("STOP");
    frozen = true;
  }

  /** SIGCONT. */
  void thaw() {
    signal("CONT");
    frozen = false;
  }

  boolean exitsWithin(Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for a process to end", e);
    }
  }

  private void signal(String name) {
    try {
      int status =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
              .inheritIO()
              .start()
              .waitFor();
      if (status != 0) {
        throw new IllegalStateException("kill -" + name + " failed with status " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while signalling a process", e);
    }
  }
}
