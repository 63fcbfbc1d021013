package io.paymentsaga.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.route.PaymentDoor;
import io.paymentsaga.route.PaymentSignalRoute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.PolicyDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SagaDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.TransactedDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a route may look like. */
class RoutesTest {
  private static final int MOST_STEPS = 9;
  private static final Pattern STATEMENT =
      Pattern.compile("\\b(SELECT|INSERT\\s+INTO|UPDATE\\s+\\w+\\s+SET|DELETE\\s+FROM)\\s");
  private static final Pattern SCRIPT =
      Pattern.compile("\\b(script|groovy|js|java|joor|mvel|ognl|python|jq|datasonnet):");
  private static final Pattern USED_BEAN = Pattern.compile("\\bref: \"?(\\w+)|#bean:(\\w+)");
  private static final Pattern BOUND_BEAN = Pattern.compile("\\.bind\\(\\s*\"(\\w+)\"");

  private static List<RouteDefinition> routes;

  @BeforeAll
  static void loadRoutes() throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      for (Path file : Sources.below("routes", ".camel.yaml").keySet()) {
        PluginHelper.getRoutesLoader(context)
            .loadRoutes(ResourceHelper.resolveMandatoryResource(context, "file:" + file));
      }
      PaymentDoor door = new PaymentDoor(null, null, null, null, null, null, null);
      context.addRoutes(new PaymentSignalRoute(door));
      routes = List.copyOf(context.getRouteDefinitions());
    }
  }

  static Stream<RouteDefinition> routes() {
    return routes.stream();
  }

  @ParameterizedTest
  @MethodSource("routes")
  void a_route_says_what_it_is(RouteDefinition route) {
    assertThat(route.getRouteId()).matches("[a-z]+(-[a-z]+)*");
    assertThat(route.getDescriptionText()).isNotBlank();
    assertThat(route.getGroup()).isNotBlank();
  }

  @ParameterizedTest
  @MethodSource("routes")
  void a_route_takes_nine_steps_at_the_most(RouteDefinition route) {
    assertThat(steps(route.getOutputs())).isLessThanOrEqualTo(MOST_STEPS);
  }

  @ParameterizedTest
  @MethodSource("routes")
  void a_route_that_others_call_is_called_by_its_id(RouteDefinition route) {
    String uri = route.getInput().getEndpointUri();

    assertThat(uri.startsWith("direct:") ? uri : "direct:" + route.getRouteId())
        .isEqualTo("direct:" + route.getRouteId());
  }

  @Test
  void every_call_that_changes_something_is_one_for_all_calls_with_its_key() {
    assertThat(routes)
        .filteredOn(RoutesTest::isCallThatChanges)
        .isNotEmpty()
        .allSatisfy(
            call ->
                assertThat(call.getOutputs())
                    .filteredOn(step -> !step.isAbstract())
                    .satisfiesExactly(
                        correlation -> {},
                        access -> assertThat(access.toString()).contains("access"),
                        once -> assertThat(firstStepBehind(once)).startsWith("oncePerKey")));
  }

  private static boolean isCallThatChanges(RouteDefinition route) {
    String uri = route.getInput().getEndpointUri();
    return uri.startsWith("platform-http:/api/v1") && uri.contains("httpMethodRestrict=POST");
  }

  /** The policy the called route is put under; empty when it is under none. */
  private static String firstStepBehind(ProcessorDefinition<?> call) {
    String uri = ((ToDefinition) call).getEndpointUri();
    return routes.stream()
        .filter(route -> route.getInput().getEndpointUri().equals(uri))
        .map(route -> route.getOutputs().get(0))
        .filter(PolicyDefinition.class::isInstance)
        .map(step -> ((PolicyDefinition) step).getRef())
        .findFirst()
        .orElse("");
  }

  @Test
  void no_two_routes_have_one_id() {
    assertThat(routes).extracting(RouteDefinition::getRouteId).doesNotHaveDuplicates();
  }

  @Test
  void no_route_holds_a_statement_or_a_script() {
    assertThat(Sources.below("routes", ".camel.yaml"))
        .isNotEmpty()
        .allSatisfy(
            (file, text) ->
                assertThat(text).doesNotContainPattern(STATEMENT).doesNotContainPattern(SCRIPT));
  }

  @Test
  void every_bean_a_route_uses_is_bound() throws IOException {
    String wiring = Files.readString(Path.of("src/main/java/io/paymentsaga/Wiring.java"));
    Set<String> bound = names(BOUND_BEAN, wiring);

    assertThat(Sources.below("routes", ".camel.yaml"))
        .allSatisfy((file, text) -> assertThat(bound).containsAll(names(USED_BEAN, text)));
  }

  /** A choice is one step; what a saga or a transaction is put around are steps of the route. */
  private static int steps(List<ProcessorDefinition<?>> definitions) {
    return definitions.stream()
        // An onException of the route's configuration stands among its steps.
        .filter(step -> !step.isAbstract())
        .mapToInt(
            step ->
                step instanceof SagaDefinition || step instanceof TransactedDefinition
                    ? 1 + steps(step.getOutputs())
                    : 1)
        .sum();
  }

  private static Set<String> names(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
