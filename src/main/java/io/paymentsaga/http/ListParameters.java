package io.paymentsaga.http;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which query parameters one list takes; any other is a fault. Immutable: each method answers with
 * a wider list.
 */
public final class ListParameters {
  static final String LIMIT = "limit";
  static final String CURSOR = "cursor";
  static final String FROM = "from";
  static final String TO = "to";

  private final String list;
  private final Set<String> names;
  private final Map<String, Set<String>> choices;

  private ListParameters(String list, Set<String> names, Map<String, Set<String>> choices) {
    this.list = list;
    this.names = names;
    this.choices = choices;
  }

  /**
   * A list without parameters.
   *
   * @param list a stable name; a cursor of one list is not accepted by another
   */
  public static ListParameters of(String list) {
    return new ListParameters(list, Set.of(), Map.of());
  }

  private ListParameters with(String... more) {
    Set<String> wider = new HashSet<>(names);
    wider.addAll(Set.of(more));
    return new ListParameters(list, wider, choices);
  }

  /** {@code limit} and {@code cursor}. */
  public ListParameters paged() {
    return with(LIMIT, CURSOR);
  }

  /** {@code from} and {@code to}, RFC 3339. */
  public ListParameters period() {
    return with(FROM, TO);
  }

  /** A filter by an id: 1 to 255 printable characters. */
  public ListParameters id(String name) {
    return with(name);
  }

  /** A filter by one of the given values. */
  public ListParameters oneOf(String name, Collection<String> values) {
    Map<String, Set<String>> wider = new LinkedHashMap<>(choices);
    wider.put(name, new TreeSet<>(values));
    return new ListParameters(list, with(name).names, wider);
  }

  /** A filter that is {@code true} or {@code false}. */
  public ListParameters flag(String name) {
    return oneOf(name, Set.of("true", "false"));
  }

  String list() {
    return list;
  }

  boolean allows(String name) {
    return names.contains(name);
  }

  /** The values a filter may have; null when any will do. */
  Set<String> choices(String name) {
    return choices.get(name);
  }
}
