package io.paymentsaga.messaging;

import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** Contexts that run some of the service's own route files. */
final class RouteFiles {
  private RouteFiles() {}

  /** A context with the kafka properties of the service, not started and without routes. */
  static CamelContext context(String brokers, String prefix) {
    CamelContext context = new DefaultCamelContext();
    Properties properties = new Properties();
    properties.put("kafka.brokers", brokers);
    properties.put("kafka.topic.prefix", prefix);
    context.getPropertiesComponent().setInitialProperties(properties);
    return context;
  }

  static void load(CamelContext context, String file) throws Exception {
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(
            ResourceHelper.resolveMandatoryResource(
                context, "file:routes/" + file + ".camel.yaml"));
  }
}
