package io.paymentsaga.stripe;

import com.stripe.exception.StripeException;
import com.stripe.model.HasId;
import com.stripe.model.StripeCollection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * One of Stripe's lists, each page fetched when it is asked for.
 *
 * @param <S> what the SDK makes of an entry
 * @param <T> what this service reads of it
 */
final class LedgerPages<S extends HasId, T> implements Iterator<List<T>> {
  private final Fetch<S> fetch;
  private final Function<S, T> read;
  private String last;
  private boolean more = true;

  LedgerPages(Fetch<S> fetch, Function<S, T> read) {
    this.fetch = fetch;
    this.read = read;
  }

  /** Asks Stripe for what follows an entry; for the first page when that is null. */
  interface Fetch<S extends HasId> {
    StripeCollection<S> after(String last) throws StripeException;
  }

  @Override
  public boolean hasNext() {
    return more;
  }

  @Override
  public List<T> next() {
    if (!more) {
      throw new NoSuchElementException();
    }
    StripeCollection<S> page = fetch();
    List<S> entries = page.getData();
    more = Boolean.TRUE.equals(page.getHasMore()) && !entries.isEmpty();
    last = more ? entries.get(entries.size() - 1).getId() : null;
    return entries.stream().map(read).toList();
  }

  private StripeCollection<S> fetch() {
    try {
      return fetch.after(last);
    } catch (StripeException failure) {
      throw StripeUnavailableException.of(StripeErrors.outcome(failure));
    }
  }
}
