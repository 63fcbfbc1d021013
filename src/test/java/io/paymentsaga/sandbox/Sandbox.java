package io.paymentsaga.sandbox;

import io.paymentsaga.sandbox.SandboxDatabase.Database;
import io.paymentsaga.sandbox.WorkDirectory.DirectoryInUse;
import io.paymentsaga.sandbox.participants.Participants;
import io.paymentsaga.sandbox.participants.ParticipantsSettings;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.paymentsaga.sandbox.stripe.StripeSimulatorSettings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * The whole shop on this machine: PostgreSQL, Kafka, a token issuer, the Stripe simulator, the
 * payment service and the participants. Runs until Ctrl-C and leaves no process and no file.
 */
public final class Sandbox {
  static final Path DIRECTORY = BuildOutput.TARGET.resolve("sandbox");

  /** Not System.out: that is Maven's, which takes it apart while the sandbox still stops. */
  private static final PrintStream CONSOLE =
      new PrintStream(
          new FileOutputStream(FileDescriptor.out),
          /* autoFlush= */ true,
          Charset.defaultCharset());

  private static final Duration SERVICE_PATIENCE = Duration.ofSeconds(60);
  private static final Duration RESTART_PAUSE = Duration.ofSeconds(1);

  private final WorkDirectory directory;
  private final SandboxPorts ports;
  private final String stripeSecretKey = "sk_test_sandbox" + Secret.random();
  private final String webhookSecret = "whsec_" + Secret.random();
  private final RunningParts parts = new RunningParts();
  private final CountDownLatch startEnded = new CountDownLatch(1);
  private final CountDownLatch stopping = new CountDownLatch(1);

  private SandboxDatabase database;
  private SandboxBroker broker;
  private TokenIssuer tokenIssuer;
  private StripeSimulator stripe;
  private ServiceProcess service;
  private URI participants;
  private volatile boolean ready;

  private Sandbox(WorkDirectory directory, SandboxPorts ports) {
    this.directory = directory;
    this.ports = ports;
  }

  /** Exits with status 1 and one line when the sandbox cannot start. */
  public static void main(String[] args) throws InterruptedException {
    try {
      Sandbox sandbox = claim();
      Runtime.getRuntime().addShutdownHook(new Thread(sandbox::stop, "sandbox-stop"));
      sandbox.start();
      sandbox.keepServiceRunning();
    } catch (DirectoryInUse | SandboxFailure e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  /** What a killed run has left may hold ports: the directory first. */
  private static Sandbox claim() throws DirectoryInUse, SandboxFailure {
    WorkDirectory directory = WorkDirectory.claim(DIRECTORY);
    try {
      return new Sandbox(directory, SandboxPorts.choose(System.getenv()));
    } catch (SandboxFailure e) {
      directory.close();
      throw e;
    }
  }

  private void start() throws SandboxFailure, InterruptedException {
    if (ports.httpMoved()) {
      CONSOLE.printf(
          "Port %d is taken, the service gets %d%n", SandboxPorts.DEFAULT_HTTP, ports.http());
    }
    long begin = System.nanoTime();
    try {
      startServers();
      startTokenIssuer();
      startStripe();
      startService();
      startParticipants();
      endpoints().write(directory.path());
      ready = true;
    } catch (RuntimeException e) {
      throw new SandboxFailure("The sandbox did not start: " + e.getMessage(), e);
    } finally {
      startEnded.countDown();
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
    CONSOLE.println(new Welcome(endpoints(), elapsed).text());
  }

  /** Side by side: each takes seconds. */
  private void startServers() throws SandboxFailure, InterruptedException {
    CONSOLE.println("Starting PostgreSQL and Kafka");
    // Two threads that log at once would find SLF4J unprepared, which it reports.
    LoggerFactory.getILoggerFactory();
    ExecutorService starters = Executors.newFixedThreadPool(2);
    try {
      Future<SandboxDatabase> startingDatabase = starters.submit(this::startDatabase);
      Future<SandboxBroker> startingBroker = starters.submit(this::startBroker);
      database = startingDatabase.get();
      broker = startingBroker.get();
    } catch (ExecutionException e) {
      throw new SandboxFailure(e.getCause().getMessage(), e);
    } finally {
      starters.shutdown();
      starters.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  private SandboxDatabase startDatabase() {
    return parts.add(
        "PostgreSQL",
        SandboxDatabase.start(
            SandboxDatabase.Options.in(directory.path().resolve("database"))
                .withPort(ports.database())
                .withDurableCommits()));
  }

  private SandboxBroker startBroker() {
    return parts.add(
        "Kafka", SandboxBroker.start(directory.path().resolve("broker"), ports.kafka()));
  }

  private void startTokenIssuer() throws SandboxFailure {
    failWhenStopping();
    tokenIssuer = parts.add("the token issuer", TokenIssuer.start());
  }

  private void startStripe() throws SandboxFailure {
    failWhenStopping();
    stripe =
        parts.add(
            "the Stripe simulator",
            StripeSimulator.start(
                StripeSimulatorSettings.onLoopback(stripeSecretKey, webhookSecret)
                    .withAddress(LoopbackPort.HOST, ports.stripe())));
    stripe.deliverWebhooksTo(loopback(ports.http()).resolve("/webhooks/stripe"));
  }

  private void startService() throws SandboxFailure {
    failWhenStopping();
    CONSOLE.println("Starting the service");
    service =
        parts.add(
            "the service",
            ServiceProcess.packaged(
                directory.path().resolve("service"), serviceEnvironment(), CONSOLE::println));
    service.start();
    service.awaitReady(SERVICE_PATIENCE);
  }

  private void startParticipants() throws SandboxFailure {
    failWhenStopping();
    CONSOLE.println("Starting the participants");
    Database own = database.createDatabase("participants");
    Participants started =
        parts.add(
            "the participants",
            Participants.start(
                new ParticipantsSettings(
                    broker.bootstrapServers(),
                    "",
                    own.url(),
                    own.user(),
                    own.password(),
                    LoopbackPort.HOST,
                    0,
                    directory.path().resolve("mails"))));
    participants = started.http();
  }

  private Map<String, String> serviceEnvironment() {
    Database payments = database.payments();
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PORT", Integer.toString(ports.http()));
    environment.put("HTTP_HOST", LoopbackPort.HOST);
    environment.put("DATABASE_URL", payments.url());
    environment.put("DATABASE_USER", payments.user());
    environment.put("DATABASE_PASSWORD", payments.password());
    environment.put("KAFKA_BROKERS", broker.bootstrapServers());
    environment.putAll(stripe.serviceEnvironment());
    environment.put("AUTH_MODE", "jwt");
    environment.put("AUTH_JWKS_URL", tokenIssuer.jwksUrl().toString());
    environment.put("AUTH_ISSUER", tokenIssuer.issuer());
    environment.put("AUTH_AUDIENCE", TokenIssuer.AUDIENCE);
    return environment;
  }

  private Endpoints endpoints() {
    return new Endpoints(
        loopback(ports.http()).toString(),
        broker.bootstrapServers(),
        database.payments().url(),
        database.payments().user(),
        stripe.baseUrl().toString(),
        webhookSecret,
        tokenIssuer.operatorToken(),
        tokenIssuer.customerToken(),
        participants.toString());
  }

  /** Does as an orchestrator would; returns never, the process ends by its shutdown hook. */
  private void keepServiceRunning() throws InterruptedException {
    while (true) {
      int status = service.awaitExit();
      if (stopping.await(RESTART_PAUSE.toMillis(), TimeUnit.MILLISECONDS) || !restartService()) {
        Thread.currentThread().join();
      }
      CONSOLE.printf("The service ended with status %d and was started again%n", status);
    }
  }

  /** Refused once the sandbox stops. */
  private synchronized boolean restartService() {
    boolean allowed = stopping.getCount() > 0;
    if (allowed) {
      service.start();
    }
    return allowed;
  }

  private synchronized void beginStop() {
    stopping.countDown();
  }

  private void failWhenStopping() throws SandboxFailure {
    if (stopping.getCount() == 0) {
      throw new SandboxFailure("Stopped while starting");
    }
  }

  /** Waits for a start that is under way: what it has begun would otherwise outlive it. */
  private void stop() {
    boolean startFailed = startEnded.getCount() == 0 && !ready;
    beginStop();
    try {
      startEnded.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    CONSOLE.println("Stopping the sandbox");
    parts.stopAll();
    if (startFailed) {
      CONSOLE.println("Its logs are in " + directory.path());
    } else {
      directory.close();
      CONSOLE.println("Stopped, nothing is left");
    }
  }

  private static URI loopback(int port) {
    return URI.create("http://%s:%d".formatted(LoopbackPort.HOST, port));
  }
}
