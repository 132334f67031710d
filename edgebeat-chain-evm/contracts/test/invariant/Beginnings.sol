// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IEdgeBeatMarket} from "../../src/interfaces/IEdgeBeatMarket.sol";
import {Permit, Signature, Status} from "../../src/interfaces/MarketTypes.sol";
import {Parties} from "./Parties.sol";

/// @title How agreements begin: compact, and step by step
abstract contract Beginnings is Parties {
    bool private permitted;

    /// @dev Whether the token takes a permit.
    function hasPermits() internal pure virtual returns (bool) {
        return true;
    }

    function doOpen(uint256 i, uint256 x, uint256 y) internal {
        Seat storage s = seats[i];
        // What lies there recorded may be opened as well, and what has ended may be tried again.
        if (s.id == 0 || (y >> 16) % (s.status == Status.NONE ? 3 : 4) != 0) {
            s = renew(i, x);
        }
        Expected memory e = expectNothing(s);
        (address sender, bytes memory data, bool signedWell) = openCall(i, s, y);
        e.ok = signedWell && s.status == Status.NONE && openable(s)
            && canPay(s, uint256(s.a.deposit) + s.a.fee);
        e.status = Status.OPEN;
        paying(s, e, uint256(s.a.deposit) + s.a.fee);
        bool opened = act(s, "open", sender, data, e);
        if (permitted) {
            if (opened) ++done["by permit"];
            permitted = false;
            allow(s.a.buyer, type(uint256).max);
        }
    }

    function allow(address owner, uint256 amount) private {
        vm.prank(owner);
        token.approve(address(market), amount);
    }

    /// @dev Nothing else allows the market to take anything then.
    function permitFor(uint256 i, Seat storage s) private returns (Permit memory) {
        permitted = true;
        allow(s.a.buyer, 0);
        IERC20Permit edg = IERC20Permit(address(token));
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                s.a.buyer,
                address(market),
                uint256(s.a.deposit) + s.a.fee,
                edg.nonces(s.a.buyer),
                time
            )
        );
        return
            Permit(time, signBy(buyerKey(i), keccak256(abi.encodePacked(hex"1901", edg.DOMAIN_SEPARATOR(), hash))));
    }

    function openCall(uint256 i, Seat storage s, uint256 y)
        private
        returns (address sender, bytes memory data, bool good)
    {
        uint256 way = y % 5;
        (bool b, bool l, Signature memory ofBuyer, Signature memory ofSeller) = openSigned(i, s, y);
        // Address 0 sends nothing.
        if (s.a.buyer == address(0) && (way == 0 || way == 3)) way = 1;
        if (s.a.seller == address(0) && way == 1) way = 0;
        if (way == 0) return (s.a.buyer, abi.encodeCall(IEdgeBeatMarket.open, (s.a, ofSeller)), l);
        if (way == 1) return (s.a.seller, abi.encodeCall(IEdgeBeatMarket.open, (s.a, ofBuyer)), b);
        if (way == 2) return (TOWER, openForCall(i, s, y), b && l);
        if (way == 3) return (s.a.buyer, openWithPermitCall(i, s, ofSeller, y >> 24), l);
        // A stranger with one signature.
        return (TOWER, abi.encodeCall(IEdgeBeatMarket.open, (s.a, ofSeller)), false);
    }

    /// @dev Each in eight is signed by the wrong key.
    function openSigned(uint256 i, Seat storage s, uint256 y)
        private
        view
        returns (bool b, bool l, Signature memory ofBuyer, Signature memory ofSeller)
    {
        b = (y >> 8) % 8 != 0;
        l = (y >> 12) % 8 != 0;
        ofBuyer = signBy(b ? buyerKey(i) : voucherKeyOf(i), s.id);
        ofSeller = signBy(l ? sellerKey(i) : buyerKey(i), s.id);
        // What is malformed is no signature of address 0.
        if (s.a.buyer == address(0)) ofBuyer.v = 0;
        if (s.a.seller == address(0)) ofSeller.v = 0;
    }

    function openForCall(uint256 i, Seat storage s, uint256 y) private returns (bytes memory) {
        (, bool l, Signature memory ofBuyer, Signature memory ofSeller) = openSigned(i, s, y);
        bytes memory any = ofTheSeller(i, s.id, ofSeller, l, y >> 24);
        return abi.encodeCall(IEdgeBeatMarket.openFor, (s.a, packed(ofBuyer), any));
    }

    function openWithPermitCall(uint256 i, Seat storage s, Signature memory ofSeller, uint256 y)
        private
        returns (bytes memory)
    {
        bool works = hasPermits() && y % 2 == 0;
        Permit memory p = works ? permitFor(i, s) : Permit(time, signBy(buyerKey(i), s.id));
        return abi.encodeCall(IEdgeBeatMarket.openWithPermit, (s.a, ofSeller, p));
    }

    function doLiteral(uint256 i, uint256 x, uint256 y) internal {
        Seat storage s = seats[i];
        if (s.status == Status.CLOSED || s.status == Status.LAPSED || s.id == 0) {
            s = renew(i, x);
        }
        // Up to four steps in a row: else most agreements would be too old before they are funded.
        for (uint256 n = 0; n <= (y >> 40) % 4; ++n) {
            literalStep(i, s, mix(y, n));
        }
    }

    function literalStep(uint256 i, Seat storage s, uint256 y) private {
        uint256 step = y % 8;
        address sender = who(i, (y >> 8) % 8 < 6 ? (step == 1 ? 1 : 0) : (y >> 16));
        // Mostly the step that comes next.
        if ((y >> 24) % 4 != 0) {
            if (s.status == Status.NONE) step = s.recorded ? 1 : 0;
            else if (s.status == Status.ACCEPTED) step = 2;
            else if (s.status == Status.FEE_HELD) step = (y >> 32) % 4 == 0 ? 4 : 3;
            sender = who(i, (y >> 8) % 8 < 7 ? (step == 1 ? 1 : 0) : (y >> 16));
        }
        literal(s, step, sender);
    }

    function literal(Seat storage s, uint256 step, address sender) private {
        Expected memory e = expectNothing(s);
        bool isBuyer = sender == s.a.buyer;
        bool inTime = time <= s.a.openBy;
        if (step == 0) {
            if (!isBuyer && sender != TOWER) {
                return;
            }
            bool first = isBuyer ? !s.recorded : !s.strangerRecorded;
            e.ok = s.status == Status.NONE && !paused && first;
            if (e.ok && isBuyer) s.recorded = true;
            if (e.ok && !isBuyer) s.strangerRecorded = true;
            act(s, "recordOffer", sender, abi.encodeCall(IEdgeBeatMarket.recordOffer, (s.id)), e);
        } else if (step == 1) {
            e.ok = s.status == Status.NONE && s.recorded && sender == s.a.seller && openable(s);
            e.status = Status.ACCEPTED;
            act(s, "acceptOffer", sender, abi.encodeCall(IEdgeBeatMarket.acceptOffer, (s.a)), e);
        } else if (step == 2) {
            e.ok = s.status == Status.ACCEPTED && isBuyer && inTime && canPay(s, s.a.fee);
            e.status = Status.FEE_HELD;
            paying(s, e, s.a.fee);
            act(s, "depositFee", sender, abi.encodeCall(IEdgeBeatMarket.depositFee, (s.a)), e);
        } else if (step == 3) {
            e.ok = s.status == Status.FEE_HELD && isBuyer && inTime && canPay(s, s.a.deposit);
            e.status = Status.OPEN;
            paying(s, e, s.a.deposit);
            act(s, "fundChannel", sender, abi.encodeCall(IEdgeBeatMarket.fundChannel, (s.a)), e);
        } else if (step == 4 || step == 5) {
            e.ok = s.status == Status.FEE_HELD && (isBuyer || !inTime);
            e.status = Status.LAPSED;
            refunding(s, e, s.a.fee);
            act(s, "reclaimFee", sender, abi.encodeCall(IEdgeBeatMarket.reclaimFee, (s.a)), e);
        } else if (step == 6) {
            e.ok = s.status <= Status.ACCEPTED && (isBuyer || sender == s.a.seller);
            e.status = Status.LAPSED;
            act(s, "cancel", sender, abi.encodeCall(IEdgeBeatMarket.cancel, (s.a)), e);
        }
    }
}
