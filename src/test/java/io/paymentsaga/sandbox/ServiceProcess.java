package io.paymentsaga.sandbox;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The payment service in a JVM of its own, as it runs in production. It can be ended in every way a
 * process can end, and started again with the same environment.
 */
public final class ServiceProcess implements AutoCloseable {
  static final String MAIN_CLASS = "io.paymentsaga.PaymentSagaService";
  private static final Pattern LISTENING =
      Pattern.compile("HTTP server listening on (https?://[^\\s/]+)");
  private static final Duration STOP_GRACE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(50);

  private final List<String> command;
  private final Path directory;
  private final Map<String, String> environment;
  private final Consumer<String> console;
  private final HttpClient client = HttpClient.newHttpClient();

  private ChildProcess process;
  private CompletableFuture<URI> url;

  private ServiceProcess(
      List<String> command,
      Path directory,
      Map<String, String> environment,
      Consumer<String> console) {
    this.command = command;
    this.directory = directory;
    this.environment = environment;
    this.console = console;
  }

  /**
   * The packaged service, not started yet.
   *
   * @param directory holds its output and process record
   * @param environment added to this process's own
   */
  public static ServiceProcess packaged(Path directory, Map<String, String> environment) {
    return packaged(directory, environment, line -> {});
  }

  /**
   * The packaged service, not started yet.
   *
   * @param console is given every line of output as it comes
   */
  public static ServiceProcess packaged(
      Path directory, Map<String, String> environment, Consumer<String> console) {
    List<String> command = List.of(BuildOutput.java(), "-jar", BuildOutput.SERVICE_JAR.toString());
    return new ServiceProcess(command, directory, environment, console);
  }

  /** The service as compiled, not started yet; for runs that package nothing. */
  public static ServiceProcess compiled(Path directory, Map<String, String> environment) {
    List<String> command =
        List.of(BuildOutput.java(), "-cp", BuildOutput.serviceClassPath(), MAIN_CLASS);
    return new ServiceProcess(command, directory, environment, line -> {});
  }

  /** Starts the process; does not wait for anything. */
  public void start() {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    process =
        ChildProcess.start(builder, new PidFile(directory.resolve("service" + PidFile.EXTENSION)));
    url = new CompletableFuture<>();
    Process started = process.process();
    CompletableFuture<URI> listening = url;
    Thread reader = new Thread(() -> readOutput(started, listening), "service-output");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Waits until the service says that it can take payments.
   *
   * @throws IllegalStateException when it ends before, or is not ready in time
   */
  public void awaitReady(Duration patience) {
    Instant deadline = Instant.now().plus(patience);
    HttpRequest readiness =
        HttpRequest.newBuilder(awaitUrl(patience).resolve("/health/ready"))
            .timeout(patience)
            .build();
    while (!isReady(readiness)) {
      if (process.exitsWithin(POLL) || Instant.now().isAfter(deadline)) {
        throw new IllegalStateException("The service did not get ready, see " + log());
      }
    }
  }

  /**
   * Where the running service listens.
   *
   * @throws IllegalStateException when it has not said so yet
   */
  public URI url() {
    if (!url.isDone()) {
      throw new IllegalStateException("The service is not listening yet");
    }
    return url.join();
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Waits for the process to end and returns its exit status. */
  public int awaitExit() {
    return process.process().onExit().join().exitValue();
  }

  /** SIGTERM; SIGKILL when it is still there after the 30 seconds it is allowed. */
  public void terminate() {
    process.terminate(STOP_GRACE);
  }

  /** SIGKILL. */
  public void kill() {
    process.kill();
  }

  /** SIGSTOP: its leases run out while it believes to hold them. */
  public void freeze() {
    process.freeze();
  }

  /** SIGCONT. */
  public void thaw() {
    process.thaw();
  }

  /** Everything the process has written, over all its starts. */
  public String output() {
    try {
      return Files.readString(log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Terminates the process if it runs. */
  @Override
  public void close() {
    if (isAlive()) {
      terminate();
    }
  }

  private Path log() {
    return directory.resolve("service.log");
  }

  private void readOutput(Process started, CompletableFuture<URI> listening) {
    try (BufferedReader lines = started.inputReader(StandardCharsets.UTF_8);
        BufferedWriter file =
            Files.newBufferedWriter(log(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        file.write(line);
        file.newLine();
        file.flush();
        console.accept(line);
        Matcher matcher = LISTENING.matcher(line);
        if (matcher.find()) {
          listening.complete(URI.create(matcher.group(1)));
        }
      }
      listening.completeExceptionally(
          new IllegalStateException("The service ended before it listened, see " + log()));
    } catch (IOException e) {
      listening.completeExceptionally(e);
    }
  }

  private URI awaitUrl(Duration patience) {
    try {
      return url.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("The service does not listen, see " + log(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the service was starting", e);
    }
  }

  private boolean isReady(HttpRequest readiness) {
    try {
      return client.send(readiness, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the service was starting", e);
    }
  }
}
