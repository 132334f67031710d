package io.edgebeat.exec.wasm;

import io.edgebeat.api.exec.Meter;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.wasi.Toll;
import io.edgebeat.exec.wasm.wasi.Work;
import org.jspecify.annotations.Nullable;

/**
 * The fuel of one guest. Where nobody pays for fuel it gets all of its limit at once. Where it is
 * paid for, the counter holds what its meter has let pass; when that is used up the guest is held
 * until the meter lets more pass. What it has used does not depend on where it was held: it is what
 * it was given less what is left.
 *
 * <p>Used by the guest's thread, but for {@link #used}.
 */
final class FuelSupply implements Toll, Meter {
  private final Meter meter;
  private final long limit;
  private final HostControl control;
  private volatile WasmEngine.@Nullable Instance instance;
  private boolean paid;
  private long given;

  /**
   * What a guest had used that is paid for, when that was last looked at on its own thread: the
   * counter and what was given cannot be read together from another.
   */
  private volatile long known = -1;

  FuelSupply(Meter meter, long limit, HostControl control) {
    this.meter = meter;
    this.limit = limit;
    this.control = control;
  }

  /** Gives a guest the fuel it begins with, before its first call. */
  void begin(WasmEngine.Instance guest) {
    long first = ask(0);
    paid = first != Long.MAX_VALUE;
    given = Math.min(first, limit);
    guest.fuelLeft(given);
    if (paid) {
      known = 0;
      guest.shortOfFuel(this::more);
    }
    instance = guest;
  }

  /** What was used so far; for any thread. Never more than the limit, nor than was paid for. */
  long used() {
    WasmEngine.Instance guest = instance;
    long told = known;
    if (guest == null || told >= 0) {
      return Math.max(0, told);
    }
    return limit - Math.max(0, guest.fuelLeft());
  }

  @Override
  public void pay(Work work, long amount) {
    WasmEngine.Instance guest = instance;
    if (guest != null && !takes(guest, work, amount)) {
      more(0);
    }
  }

  /** Takes the price of some work from a guest; false when that is more than is left. */
  static boolean takes(WasmEngine.Instance guest, Work work, long amount) {
    long left = guest.fuelLeft() - CostTable.CURRENT.ofHost(work, amount);
    guest.fuelLeft(left);
    return left >= 0;
  }

  /**
   * What is left has become negative: waits until what was used is paid for. Or it would if so much
   * more were used: that is not asked for, since it may not come to be used, but must lie within
   * the limit.
   *
   * @param wanted how much more is wanted; for the time of this call what is left is lower by that
   * @throws GuestEnd.OutOfFuel when the limit does not allow it; the guest is billed all of it
   */
  private void more(long wanted) {
    WasmEngine.Instance guest = guest();
    long used = given - guest.fuelLeft() - wanted;
    if (used > limit - wanted) {
      if (paid) {
        given = Math.min(limit, ask(limit));
        known = given;
      }
      throw new GuestEnd.OutOfFuel();
    }
    if (wanted == 0) {
      know(guest);
      given = Math.min(limit, ask(used));
      guest.fuelLeft(given - used);
    }
  }

  /**
   * The guest uses something else that is paid for. What its fuel has come to is told before, and
   * what it could still have used is asked for anew after.
   */
  @Override
  public void use(String kind, long units) throws InterruptedException {
    WasmEngine.Instance guest = instance;
    if (guest != null && paid) {
      know(guest);
      given = known;
      guest.fuelLeft(0);
      var unused = meter.fuel(given);
    }
    meter.use(kind, units);
  }

  /** It has ended: what it has used and not paid for is paid. */
  void end() {
    WasmEngine.Instance guest = instance;
    if (guest != null) {
      if (guest.fuelLeft() < 0) {
        more(0);
      }
      know(guest);
    }
  }

  /**
   * As {@link #end}, when it has not returned.
   *
   * @param how how it has ended
   * @return how it has, if it could not pay
   */
  GuestEnd end(GuestEnd how) {
    WasmEngine.Instance guest = instance;
    if (guest == null) {
      return how;
    }
    try {
      if (paid && how instanceof GuestEnd.Trap) {
        end();
      }
      return how;
    } catch (GuestEnd instead) {
      return instead;
    } finally {
      know(guest);
    }
  }

  private void know(WasmEngine.Instance guest) {
    if (paid) {
      known = Math.max(known, given - Math.max(0, guest.fuelLeft()));
    }
  }

  private WasmEngine.Instance guest() {
    WasmEngine.Instance guest = instance;
    if (guest == null) {
      throw new IllegalStateException("a guest that has not begun has no fuel");
    }
    return guest;
  }

  private long ask(long total) {
    StackReserve.ensure();
    control.beginWait();
    long most;
    try {
      most = meter.fuel(total);
    } catch (InterruptedException e) {
      throw new GuestEnd.Stop("stopped while its fuel was not paid for");
    } catch (GuestEnd e) {
      throw e;
    } catch (RuntimeException e) {
      throw new GuestEnd.HostFailure(e);
    } finally {
      control.endWait();
    }
    control.gate();
    if (most < total) {
      throw new GuestEnd.HostFailure(
          new IllegalStateException("a meter let " + most + " pass when asked for " + total));
    }
    return most;
  }
}
