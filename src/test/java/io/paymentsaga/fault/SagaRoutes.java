package io.paymentsaga.fault;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.OutputNode;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SagaActionUriDefinition;
import org.apache.camel.model.SagaDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.TransactedDefinition;

/** The sagas, as the routes of a context define them. */
final class SagaRoutes {
  private static final String DIRECT = "direct:";
  private static final String DOOR = DIRECT + "payment-signal";
  private static final String COMPENSATIONS = "compensation";

  private final List<RouteDefinition> routes;

  SagaRoutes(CamelContext context) {
    routes = context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions();
  }

  /**
   * A route in a saga.
   *
   * @param opens whether it begins the saga
   */
  record SagaRoute(
      String routeId, boolean opens, Optional<String> compensation, Optional<String> completion) {
    boolean isStep() {
      return compensation.isPresent() || completion.isPresent();
    }
  }

  /** Every route with a saga in it. */
  List<SagaRoute> all() {
    return routes.stream().flatMap(route -> saga(route).map(saga -> read(route, saga))).toList();
  }

  List<SagaRoute> steps() {
    return all().stream().filter(SagaRoute::isStep).toList();
  }

  List<String> stepIds() {
    return steps().stream().map(SagaRoute::routeId).toList();
  }

  /** The routes that put a step and its place in the saga into one transaction. */
  List<String> transactionsOfSteps() {
    List<String> steps = stepIds();
    return routes.stream()
        .filter(route -> last(route.getOutputs()) instanceof TransactedDefinition)
        .filter(route -> calls(route).map(SagaRoutes::name).anyMatch(steps::contains))
        .map(RouteDefinition::getId)
        .toList();
  }

  /** The routes that undo a step. */
  List<String> compensations() {
    return steps().stream().flatMap(step -> step.compensation().stream()).toList();
  }

  /** The routes that complete a step. */
  List<String> completions() {
    return steps().stream().flatMap(step -> step.completion().stream()).toList();
  }

  /** The routes that are there to undo something and have an effect, named by a step or not. */
  List<String> compensating() {
    return routes.stream()
        .filter(route -> COMPENSATIONS.equals(route.getGroup()))
        .filter(route -> calls(route).anyMatch(DOOR::equals))
        .map(RouteDefinition::getId)
        .toList();
  }

  /** Where a route has entered its transaction and its saga and has done nothing else. */
  static ProcessorDefinition<?> firstEffect(RouteDefinition route) {
    ProcessorDefinition<?> first = route.getOutputs().get(0);
    while (first instanceof SagaDefinition || first instanceof TransactedDefinition) {
      first = ((OutputNode) first).getOutputs().get(0);
    }
    return first;
  }

  static ProcessorDefinition<?> last(List<ProcessorDefinition<?>> nodes) {
    return nodes.get(nodes.size() - 1);
  }

  private static Stream<SagaDefinition> saga(RouteDefinition route) {
    return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), SagaDefinition.class)
        .stream();
  }

  private static SagaRoute read(RouteDefinition route, SagaDefinition saga) {
    return new SagaRoute(
        route.getId(),
        "REQUIRES_NEW".equals(saga.getPropagation()),
        name(saga.getCompensation()),
        name(saga.getCompletion()));
  }

  private static Stream<String> calls(RouteDefinition route) {
    return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class)
        .stream()
        .map(ToDefinition::getEndpointUri);
  }

  private static Optional<String> name(SagaActionUriDefinition action) {
    return Optional.ofNullable(action).map(SagaActionUriDefinition::getUri).map(SagaRoutes::name);
  }

  /** A route and its address go by the same name. */
  private static String name(String uri) {
    return uri.substring(DIRECT.length());
  }
}
