// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEdgeBeatMarket} from "../../src/interfaces/IEdgeBeatMarket.sol";
import {Settlement, Signature, Status} from "../../src/interfaces/MarketTypes.sol";
import {Payments} from "./Payments.sol";

/// @title How agreements end
abstract contract Endings is Payments {
    function doRequestClose(uint256 i, uint256 y) internal {
        Seat storage s = seats[i];
        address sender = who(i, y % 8 < 6 ? 0 : y >> 8);
        Expected memory e = expectNothing(s);
        e.ok = s.status == Status.OPEN && sender == s.a.buyer;
        e.status = Status.CLOSING;
        uint256 from = time < s.a.expiry ? time : s.a.expiry;
        // forge-lint: disable-next-line(unsafe-typecast)
        e.closeAt = uint40(from + s.a.challenge);
        act(s, "requestClose", sender, abi.encodeCall(IEdgeBeatMarket.requestClose, (s.a)), e);
    }

    function doSettle(uint256 i, uint256 amount, uint256 y) internal {
        Seat storage s = seats[i];
        if (s.id == 0 || (y % 3 != 0 && !funded(s))) {
            return;
        }
        Settlement memory m = settlementFor(i, s, amount, y);
        Expected memory e = expectNothing(s);
        (address sender, bytes memory data, bool agreed) = settleCall(i, s, m, y >> 24);
        e.ok = agreed && funded(s) && m.agreementId == s.id && m.cumulative >= s.claimed
            && m.cumulative <= s.a.deposit + s.topUps;
        if (e.ok) {
            if (m.cumulative > s.settlement) s.settlement = m.cumulative;
            closing(s, e, m.cumulative);
        }
        if (act(s, "settle", sender, data, e)) closed(s, e);
    }

    function settlementFor(uint256 i, Seat storage s, uint256 amount, uint256 y)
        private
        view
        returns (Settlement memory m)
    {
        uint256 total = s.a.deposit + s.topUps;
        // forge-lint: disable-next-line(unsafe-typecast)
        m.cumulative = uint96((y >> 8) % 4 == 0 ? amount % (total + 3) : within(amount, s.claimed, total));
        m.agreementId = (y >> 16) % 16 == 0 ? seats[(i + 1) % SEATS].id : s.id;
        m.invoiceHash = bytes32(amount);
    }

    function settleCall(uint256 i, Seat storage s, Settlement memory m, uint256 y)
        private
        returns (address, bytes memory, bool)
    {
        // The wrong ones: the seller's key for the buyer, the voucher key for the seller.
        bool b = y % 8 != 0;
        bool l = (y >> 4) % 8 != 0;
        bytes32 digest = market.settlementDigest(m);
        Signature memory ofBuyer =
            signBy(!b ? sellerKey(i) : (y >> 8) % 2 == 0 ? buyerKey(i) : voucherKeyOf(i), digest);
        Signature memory ofSeller = signBy(l ? sellerKey(i) : voucherKeyOf(i), digest);
        uint256 z = y >> 24;
        y = (y >> 16) % 4;
        if (y == 0) return (s.a.seller, abi.encodeCall(IEdgeBeatMarket.settle, (s.a, m, ofBuyer)), b);
        if (y == 1) return (s.a.buyer, abi.encodeCall(IEdgeBeatMarket.settle, (s.a, m, ofSeller)), l);
        if (y == 2) {
            bytes memory any = ofTheSeller(i, digest, ofSeller, l, z);
            return (TOWER, abi.encodeCall(IEdgeBeatMarket.settleFor, (s.a, m, packed(ofBuyer), any)), b && l);
        }
        return (TOWER, abi.encodeCall(IEdgeBeatMarket.settle, (s.a, m, ofBuyer)), false);
    }

    function doTerminate(uint256 i, uint256 amount, uint256 y) internal {
        Seat storage s = seats[i];
        uint256 total = s.a.deposit + s.topUps;
        // Few different sums, so that two are equal often enough.
        // forge-lint: disable-next-line(unsafe-typecast)
        uint96 sum = uint96(y % 4 == 0 ? amount % (total + 3) : s.claimed + (amount % 2) * ((total - s.claimed) / 2));
        address sender = who(i, (y >> 8) % 8 == 0 ? y >> 16 : (y >> 16) % 2);
        uint256 me = sender == s.a.buyer ? 0 : 1;
        bytes32 statement = keccak256(abi.encode(sum, bytes32(0)));
        Expected memory e = expectNothing(s);
        e.ok = funded(s) && (sender == s.a.buyer || sender == s.a.seller) && sum >= s.claimed && sum <= total;
        bool equal = e.ok && s.statements[1 - me] == statement;
        if (equal) {
            if (sum > s.settlement) s.settlement = sum;
            closing(s, e, sum);
        }
        bytes memory data = abi.encodeCall(IEdgeBeatMarket.terminate, (s.a, sum, 0));
        if (act(s, equal ? bytes32("terminate, equal") : bytes32("terminate"), sender, data, e)) {
            if (equal) closed(s, e);
            else s.statements[me] = statement;
        }
    }

    function doRelease(uint256 i, uint256 y) internal {
        Seat storage s = seats[i];
        address sender = who(i, y % 8 == 0 ? 1 : (y >> 8) % 2 == 0 ? 0 : 2);
        Expected memory e = expectNothing(s);
        e.ok = funded(s) && sender == s.a.seller;
        if (e.ok) closing(s, e, s.claimed);
        if (act(s, "release", sender, abi.encodeCall(IEdgeBeatMarket.release, (s.a)), e)) closed(s, e);
    }

    function doFinalize(uint256 i, uint256 y) internal {
        Seat storage s = seats[i];
        Expected memory e = expectNothing(s);
        uint256 deadline =
            s.status == Status.CLOSING ? s.closeAt : uint256(s.a.expiry) + s.a.challenge;
        e.ok = funded(s) && time >= deadline;
        if (e.ok) closing(s, e, s.claimed);
        if (act(s, "finalize", who(i, y), abi.encodeCall(IEdgeBeatMarket.finalize, (s.a)), e)) closed(s, e);
    }
}
