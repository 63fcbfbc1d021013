package io.paymentsaga;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Properties;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "", " ", "::", "192.0.2.1", "[::]"})
  void without_tokens_it_is_not_served_where_others_reach_it(String host) {
    assertThatThrownBy(() -> HttpServer.checkAuthentication(settings("NONE", host)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("AUTH_MODE none is refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.8.8.8", "localhost", "::1"})
  void without_tokens_it_is_served_on_the_loopback(String host) {
    assertThatCode(() -> HttpServer.checkAuthentication(settings("none", host)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "127.0.0.1"})
  void with_tokens_it_is_served_everywhere(String host) {
    assertThatCode(() -> HttpServer.checkAuthentication(settings("jwt", host)))
        .doesNotThrowAnyException();
  }

  private static Settings settings(String mode, String host) {
    Properties properties = new Properties();
    properties.put("auth.mode", mode);
    properties.put("http.host", host);
    DefaultCamelContext context = new DefaultCamelContext();
    context.getPropertiesComponent().setInitialProperties(properties);
    return new Settings(context);
  }
}
