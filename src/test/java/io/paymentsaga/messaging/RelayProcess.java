package io.paymentsaga.messaging;

import io.paymentsaga.sandbox.BuildOutput;
import io.paymentsaga.sandbox.SandboxDatabase.Database;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import org.apache.camel.CamelContext;

/** One relay in a process of its own, to be killed; SIGTERM ends it in order. */
final class RelayProcess {
  private RelayProcess() {}

  static Process start(String brokers, String prefix, Database database, String instance, Path log)
      throws IOException {
    return new ProcessBuilder(
            BuildOutput.java(),
            "-cp",
            BuildOutput.sandboxClassPath(),
            RelayProcess.class.getName(),
            brokers,
            prefix,
            database.url(),
            database.user(),
            database.password(),
            instance)
        .redirectErrorStream(true)
        .redirectOutput(Redirect.to(log.toFile()))
        .start();
  }

  public static void main(String[] arguments) throws Exception {
    CamelContext context = RouteFiles.context(arguments[0], arguments[1]);
    RouteFiles.load(context, "relay");
    Database database = new Database(arguments[2], arguments[3], arguments[4]);
    context.addLifecycleStrategy(
        new OutboxRelay(
            MessagingEnvironment.pool(database),
            () -> MessagingEnvironment.ALL_THERE,
            RelaySettings.of(arguments[5])));
    context.start();
    Runtime.getRuntime().addShutdownHook(new Thread(context::stop));
    Thread.currentThread().join();
  }
}
