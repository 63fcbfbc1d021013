package io.paymentsaga.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A command of the compiled service, in a process that ends by itself. */
public final class ServiceCommand {
  private ServiceCommand() {}

  /** What it printed, on both streams, and its exit status. */
  public record Result(int status, String output) {}

  /**
   * Runs it to its end.
   *
   * @param environment added to this process's own
   */
  public static Result run(Map<String, String> environment, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                BuildOutput.java(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                BuildOutput.serviceClassPath(),
                ServiceProcess.MAIN_CLASS));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the command ran", e);
    }
  }
}
