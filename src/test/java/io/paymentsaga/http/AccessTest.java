package io.paymentsaga.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Set;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessTest {
  private TokenIssuer issuer;
  private Authentication authentication;
  private Access access;

  @BeforeAll
  void start() throws IOException {
    issuer = new TokenIssuer();
    authentication = Authentication.of(issuer.settings());
    access = new Access(authentication, RateLimits.perCaller(0));
  }

  @AfterAll
  void stop() {
    authentication.close();
    issuer.close();
  }

  private Exchange callWith(String scope) {
    Exchange exchange = Requests.empty();
    exchange.getMessage().setHeader("Authorization", issuer.bearer("usr_7", scope));
    return exchange;
  }

  @Test
  void the_caller_is_left_for_the_route_and_the_token_is_not() {
    Exchange exchange = callWith("payments:read");

    access.require(exchange, "payments:read");

    assertThat(exchange.getProperty(Caller.PROPERTY))
        .isEqualTo(new Caller("usr_7", Set.of(Scope.READ)));
    assertThat(exchange.getMessage().getHeader("Authorization")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "'',                           false, false",
    "openid,                       false, false",
    "payments:read,                false, false",
    "payments:write,               true,  true",
    "payments:write payments:own,  true,  true",
    "payments:own,                 false, true",
    "openid payments:own,          false, true",
    "payments:own payments:read,   false, false",
  })
  void a_call_needs_its_scope(String scope, boolean admitted, boolean admittedAsOwner) {
    assertAdmitted(admitted, () -> access.require(callWith(scope), "payments:write"));
    assertAdmitted(admittedAsOwner, () -> access.requireOrOwn(callWith(scope), "payments:write"));
  }

  private static void assertAdmitted(boolean admitted, Runnable call) {
    if (admitted) {
      call.run();
    } else {
      assertThat(Requests.problem(call::run).type()).isEqualTo(ProblemType.FORBIDDEN);
    }
  }

  @Test
  void a_scope_that_does_not_exist_is_a_bug_of_the_route() {
    assertThatThrownBy(() -> access.require(callWith("payments:read"), "payments:raed"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_customer_acts_only_for_himself() {
    Caller customer = new Caller("usr_7", Set.of(Scope.OWN));
    assertThat(customer.mayActFor("usr_7")).isTrue();
    assertThat(customer.mayActFor("usr_8")).isFalse();
    assertThat(customer.mayActFor(null)).isFalse();

    Caller shop = new Caller("shop", Set.of(Scope.WRITE));
    assertThat(shop.mayActFor("usr_8")).isTrue();
    assertThat(shop.mayActFor(null)).isTrue();
  }
}
