package io.paymentsaga.fault;

import io.paymentsaga.Wiring;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import java.net.URI;
import java.util.Map;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.main.Main;

/** The service as it is wired and routed in production, in the test's own process. */
final class ServiceInProcess implements AutoCloseable {
  private final Main main;

  private ServiceInProcess(Main main) {
    this.main = main;
  }

  /**
   * Starts the service, open to every caller.
   *
   * @param settings keys of {@code application.properties}
   * @param additions what the test adds before the routes are loaded
   */
  static ServiceInProcess start(
      SandboxEnvironment sandbox,
      StripeSimulator stripe,
      Map<String, String> settings,
      CamelConfiguration... additions) {
    Main main = new Main();
    main.setPropertyPlaceholderLocations("file:application.properties");
    main.addOverrideProperty("http.host", "127.0.0.1");
    main.addOverrideProperty("http.port", "0");
    main.addOverrideProperty("auth.mode", "none");
    main.addOverrideProperty("database.url", sandbox.database().url());
    main.addOverrideProperty("database.user", sandbox.database().user());
    main.addOverrideProperty("database.password", sandbox.database().password());
    main.addOverrideProperty("kafka.brokers", sandbox.bootstrapServers());
    main.addOverrideProperty("kafka.topic.prefix", sandbox.topicPrefix());
    main.addOverrideProperty("stripe.secretKey", stripe.secretKey());
    main.addOverrideProperty("stripe.webhookSecrets", stripe.webhookSecret());
    main.addOverrideProperty("stripe.apiBase", stripe.baseUrl().toString());
    settings.forEach(main::addOverrideProperty);
    for (CamelConfiguration addition : additions) {
      main.configure().addConfiguration(addition);
    }
    main.configure().addConfiguration(new Wiring());
    main.start();
    ServiceInProcess service = new ServiceInProcess(main);
    stripe.deliverWebhooksTo(service.url().resolve("/webhooks/stripe"));
    return service;
  }

  CamelContext context() {
    return main.getCamelContext();
  }

  URI url() {
    VertxPlatformHttpServer server = context().hasService(VertxPlatformHttpServer.class);
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  @Override
  public void close() {
    main.stop();
  }
}
