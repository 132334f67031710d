// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEdgeBeatMarket} from "../../src/interfaces/IEdgeBeatMarket.sol";
import {Signature, Status, Voucher, VoucherClaim} from "../../src/interfaces/MarketTypes.sol";
import {Beginnings} from "./Beginnings.sol";

/// @title What is added, revealed and claimed
abstract contract Payments is Beginnings {
    function doTopUp(uint256 i, uint256 amount, uint256 y) internal {
        Seat storage s = seats[i];
        if (s.id == 0) {
            return;
        }
        amount = y % 8 == 0 ? amount % (2 * uint256(parameters.depositCap) + 2) : within(amount, 0, 300);
        address sender = (y >> 8) % 2 == 0 ? PATRON : s.a.buyer;
        Expected memory e = expectNothing(s);
        e.ok = s.status == Status.OPEN && time < s.a.expiry && amount != 0
            && s.a.deposit + s.topUps + amount <= parameters.depositCap && wallets[sender] >= amount;
        e.topUps += amount;
        if (sender == PATRON) e.sender = -int256(amount);
        else e.wallet = -int256(amount);
        // forge-lint: disable-next-line(unsafe-typecast)
        act(s, "topUp", sender, abi.encodeCall(IEdgeBeatMarket.topUp, (s.a, uint96(amount))), e);
    }

    /// @dev The buyer signs and shows a voucher, with a chain of up to six ticks. Values may be below or above anything.
    function doReveal(uint256 i, uint256 amount, uint256 y) internal {
        Seat storage s = seats[i];
        if (s.id == 0) {
            return;
        }
        // forge-lint: disable-start(unsafe-typecast)
        uint96 cumulative = y % 16 == 0 ? uint96(amount) : uint96(within(amount, 0, 1500));
        uint32 n = uint32((y >> 8) % 7);
        uint96 tick = (y >> 16) % 16 == 0 ? uint96(amount >> 96) : uint96((y >> 24) % 50);
        uint32 k = uint32((y >> 40) % (n + 1));
        // forge-lint: disable-end(unsafe-typecast)
        bytes32 x = keccak256(abi.encode(++salt));
        bytes32 preimage;
        for (uint256 j = n; j > 0; --j) {
            if (j == k) preimage = x;
            x = sha256(abi.encodePacked(x, bytes16(s.id)));
        }
        Voucher memory v = Voucher(s.id, uint64(++s.sequence), cumulative, n == 0 ? bytes32(0) : x, tick, n, 0);
        VoucherClaim memory c = VoucherClaim(v, k, preimage, signBy(voucherKeyOf(i), market.voucherDigest(v)));
        s.last = c;
        uint256 value = uint256(cumulative) + uint256(k) * tick;
        if (value > s.revealed) (s.revealed, s.best) = (value, c);
    }

    function redeemed(Seat storage s, VoucherClaim memory c) internal view returns (uint256 claimed) {
        uint256 total = s.a.deposit + s.topUps;
        uint256 value = uint256(c.voucher.cumulative) + uint256(c.ticks) * c.voucher.tickAmount;
        claimed = value < total ? value : total;
        if (claimed < s.claimed) claimed = s.claimed;
    }

    /// @dev Spoils a voucher in one of the ways that must be refused; 0 leaves it as it is.
    function spoil(uint256 i, VoucherClaim memory c, uint256 how) private view returns (bool is_) {
        is_ = true;
        if (how == 1) ++c.voucher.cumulative;
        else if (how == 2) c.ticks = c.voucher.tickCount + 1;
        else if (how == 3) c.signature.v ^= 7;
        else if (how == 4) c.signature = Signature(55 - c.signature.v, c.signature.r, bytes32(ORDER - uint256(c.signature.s)));
        else if (how == 5) c.signature = signBy(buyerKey(i), market.voucherDigest(c.voucher));
        else if (how == 6) c.signature = signBy(sellerKey(i), market.voucherDigest(c.voucher));
        else if (how == 7 && c.ticks > 0) c.preimage = keccak256(abi.encode(c.preimage));
        else if (how == 8 && c.ticks < c.voucher.tickCount) ++c.ticks;
        else if (how == 9) c.voucher.agreementId = seats[(i + 1) % SEATS].id;
        else is_ = false;
    }

    function doClaim(uint256 i, uint256 x, uint256 y) internal {
        Seat storage s = seats[i];
        VoucherClaim memory c;
        // Mostly an own one, sometimes the best so far, sometimes that of another agreement.
        uint256 from = (x >> 8) % 8 == 0 ? (i + 1 + (x >> 16) % 3) % SEATS : i;
        c = (x >> 24) % 3 == 0 ? seats[from].best : seats[from].last;
        if (c.voucher.agreementId == 0) {
            return;
        }
        bool bad = spoil(i, c, (y >> 8) % 24);
        Expected memory e = expectNothing(s);
        e.ok = funded(s) && !bad && c.voucher.agreementId == s.id;
        e.claimed = redeemed(s, c);
        e.seller = e.ok ? int256(e.claimed - s.claimed) : int256(0);
        address sender = who(i, y);
        // Release pays the same voucher and ends.
        if ((y >> 16) % 6 == 0) {
            if ((y >> 24) % 4 != 0) sender = s.a.seller;
            e.ok = e.ok && sender == s.a.seller;
            if (e.ok) closing(s, e, e.claimed);
            bytes memory data = abi.encodeCall(IEdgeBeatMarket.releaseWithVoucher, (s.a, c));
            if (act(s, "releaseWithVoucher", sender, data, e)) closed(s, e);
            return;
        }
        if (act(s, "claim", sender, abi.encodeCall(IEdgeBeatMarket.claim, (s.a, c)), e)) {
            s.toSeller += uint256(e.seller);
        }
        if (s.toSeller != s.claimed && funded(s)) fail("I3: claimed is not what the seller has got");
    }
}
