package io.edgebeat.core.market;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.TickUnit;
import java.util.HashMap;
import java.util.Map;

/**
 * Which bit of a mask stands for which workload type, capability or kind of tick. The first names
 * get a bit of their own, for good: a bit that changed its meaning would hide listings that were
 * indexed before. Later names share the rest, and who asks for one of them checks the listing
 * itself, so that a seller who advertises thousands of names can make queries slower, never wrong.
 *
 * <p>Immutable: a new name makes a new dictionary.
 */
final class Features {
  static final Features EMPTY = new Features(Map.of(), Map.of());

  private static final int FIRST_OWN = 4;
  private static final int FIRST_SHARED = 48;

  private final Map<String, Long> types;
  private final Map<String, Long> capabilities;

  private Features(Map<String, Long> types, Map<String, Long> capabilities) {
    this.types = types;
    this.capabilities = capabilities;
  }

  /** The dictionary that knows the names of a listing too. */
  Features with(Listing listing) {
    Map<String, Long> newTypes = types;
    for (String type : listing.workloadTypes()) {
      if (room(newTypes, capabilities) && !newTypes.containsKey(type)) {
        newTypes = plus(newTypes, type, newTypes.size() + capabilities.size());
      }
    }
    Map<String, Long> newCapabilities = capabilities;
    for (CapabilityInfo capability : listing.capabilities()) {
      if (room(newTypes, newCapabilities) && !newCapabilities.containsKey(capability.name())) {
        newCapabilities =
            plus(newCapabilities, capability.name(), newTypes.size() + newCapabilities.size());
      }
    }
    return newTypes.size() == types.size() && newCapabilities.size() == capabilities.size()
        ? this
        : new Features(newTypes, newCapabilities);
  }

  /** The bits of a listing; its names must be known. */
  long mask(Listing listing) {
    long mask = bit(listing.price().tickUnit().kind());
    for (String type : listing.workloadTypes()) {
      mask |= bit(types, type);
    }
    for (CapabilityInfo capability : listing.capabilities()) {
      mask |= bit(capabilities, capability.name());
    }
    return mask;
  }

  /** The bits that every wanted listing has; others may have them too if one {@link #isShared}. */
  long mask(ListingQuery query) {
    long mask = query.tickUnit().isPresent() ? bit(query.tickUnit().get()) : 0;
    if (query.workloadType().isPresent()) {
      mask |= bit(types, query.workloadType().get());
    }
    if (!query.capabilities().isEmpty()) {
      for (String name : query.capabilities()) {
        mask |= bit(capabilities, name);
      }
    }
    return mask;
  }

  /** Whether a mask has a bit that several names share. */
  static boolean isShared(long mask) {
    return mask >>> FIRST_SHARED != 0;
  }

  private static long bit(TickUnit.Kind kind) {
    return switch (kind) {
      case SECONDS -> 1;
      case MESSAGES -> 2;
      case CALLS -> 4;
      case FUEL -> 8;
    };
  }

  private static long bit(Map<String, Long> bits, String name) {
    Long own = bits.get(name);
    if (own != null) {
      return own;
    }
    int hash = name.hashCode() * 0x9e3779b9;
    return 1L << (FIRST_SHARED + (hash >>> 28));
  }

  private static boolean room(Map<String, Long> types, Map<String, Long> capabilities) {
    return types.size() + capabilities.size() < FIRST_SHARED - FIRST_OWN;
  }

  private static Map<String, Long> plus(Map<String, Long> bits, String name, int taken) {
    Map<String, Long> more = new HashMap<>(bits);
    more.put(name, 1L << (FIRST_OWN + taken));
    return more;
  }
}
