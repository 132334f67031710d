// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEdgeBeatMarket} from "../../src/interfaces/IEdgeBeatMarket.sol";
import {Agreement, Parameters, Settlement, Status} from "../../src/interfaces/MarketTypes.sol";
import {Endings} from "./Endings.sol";

/// @title What happens around agreements: time, forgeries, vaults, listings and the platform
abstract contract Surroundings is Endings {
    function doWait(uint256 x, uint256 y) internal {
        time += y % 8 == 0 ? x % 60_000 : x % 400;
        vm.warp(time);
    }

    /// @dev The same terms with one word changed are another agreement, of which nothing is known.
    function doForge(uint256 i, uint256 x, uint256 y) internal {
        Seat storage s = seats[i];
        if (s.id == 0) {
            return;
        }
        Agreement memory a = s.a;
        x %= 7;
        if (x == 0) a.seller = TOWER;
        if (x == 1) a.buyer = TOWER;
        if (x == 2) ++a.deposit;
        if (x == 3) --a.challenge;
        if (x == 4) a.fee = 0;
        if (x == 5) a.fromVault = !a.fromVault;
        if (x == 6) a.voucherKey = TOWER;
        // Where the platform asked for no fee, one without a fee is the same.
        if (market.idOf(a) == s.id) {
            return;
        }
        strange(s, a, s.id, i, y);
    }

    /// @dev What has ended stays ended, whoever tries what.
    function doOld(uint256 i, uint256 y) internal {
        if (oldIds[i] != 0) {
            (Status status,,,) = market.agreementOf(oldIds[i]);
            if (status == Status.CLOSED || status == Status.LAPSED) strange(seats[i], oldAgreements[i], oldIds[i], i, y);
        }
    }

    function strange(Seat storage s, Agreement memory a, bytes32 signed, uint256 i, uint256 y) private {
        bytes32 id = market.idOf(a);
        bytes memory data;
        y %= 9;
        if (y == 0) {
            data = abi.encodeCall(
                IEdgeBeatMarket.openFor, (a, packed(signBy(buyerKey(i), signed)), packed(signBy(sellerKey(i), signed)))
            );
        }
        if (y == 1) data = abi.encodeCall(IEdgeBeatMarket.finalize, (a));
        if (y == 2) data = abi.encodeCall(IEdgeBeatMarket.claim, (a, s.last));
        if (y == 3) data = abi.encodeCall(IEdgeBeatMarket.release, (a));
        if (y == 4) data = abi.encodeCall(IEdgeBeatMarket.requestClose, (a));
        if (y == 5) data = abi.encodeCall(IEdgeBeatMarket.topUp, (a, 1));
        if (y == 6) data = abi.encodeCall(IEdgeBeatMarket.terminate, (a, 0, 0));
        if (y == 7) data = abi.encodeCall(IEdgeBeatMarket.reclaimFee, (a));
        if (y == 8) {
            Settlement memory m = Settlement(id, 1, 0);
            bytes32 digest = market.settlementDigest(m);
            data = abi.encodeCall(
                IEdgeBeatMarket.settleFor, (a, m, packed(signBy(buyerKey(i), digest)), packed(signBy(sellerKey(i), digest)))
            );
        }
        act(s, "strange", y == 3 ? a.seller : y == 4 || y == 6 ? a.buyer : TOWER, data, expectNothing(s));
    }

    function doVault(uint256 i, uint256 amount, uint256 y) internal {
        address owner = buyerOf(i);
        bool put = y % 2 == 0;
        amount = (y >> 8) % 8 == 0 ? amount % (vaults[owner] + wallets[owner] + 2) : amount % 3000;
        bool ok = amount != 0 && amount <= (put ? wallets[owner] : vaults[owner]) && (put ? comes() : goes());
        bytes memory data = put
            ? abi.encodeCall(IEdgeBeatMarket.vaultDeposit, (amount))
            : abi.encodeCall(IEdgeBeatMarket.vaultWithdraw, (amount));
        if (!sent(put ? bytes32("vaultDeposit") : bytes32("vaultWithdraw"), owner, data, ok)) amount = 0;
        int256 by = put ? int256(amount) : -int256(amount);
        move(owner, -by);
        vaults[owner] = uint256(int256(vaults[owner]) + by);
        vaultSum = uint256(int256(vaultSum) + by);
        if (market.vaultOf(owner) != vaults[owner]) fail("I1: a vault");
        if (truth(owner) != wallets[owner]) fail("I1: an owner");
        checkSums();
    }

    function doDonate(uint256 amount) internal {
        amount = within(amount, 1, 100);
        // Outside of a call of the market its door is open to everyone, and to a token that calls back, too.
        if (amount > wallets[PATRON] || callsBack()) {
            return;
        }
        vm.prank(PATRON);
        (bool ok,) = address(token).call(abi.encodeCall(token.transfer, (address(market), amount)));
        if (ok) {
            move(PATRON, -int256(amount));
            donated += amount - toll();
        }
        checkSums();
    }

    function doAdvertise(uint256 i, uint256 x) internal {
        address seller = sellerOf(i);
        bytes32 hash = bytes32(x % 5);
        // forge-lint: disable-next-line(unsafe-typecast)
        uint40 until = uint40(time + (x >> 8) % 1000);
        (uint40 before,) = market.listingOf(seller, hash);
        bool ok = until > time && (before <= time || until > before) && wallets[seller] >= parameters.listingFee
            && (comes() || parameters.listingFee == 0);
        if (sent("advertise", seller, abi.encodeCall(IEdgeBeatMarket.advertise, (hash, "", until)), ok)) {
            feeSum += parameters.listingFee;
            wallets[seller] -= parameters.listingFee;
        }
        if (truth(seller) != wallets[seller]) fail("the listing fee");
        checkSums();
    }

    /// @dev A call that concerns no agreement.
    function sent(bytes32 name, address sender, bytes memory data, bool legal) private returns (bool ok) {
        ++calls;
        vm.prank(sender);
        (ok,) = address(market).call(data);
        if (ok) ++done[name];
        else ++refused[name];
        if (ok != legal) fail(string.concat("not as it should: ", string(abi.encodePacked(name))));
    }

    /// @dev Everything the platform may do, and none of it may reach what is open.
    function doPlatform(uint256 x, uint256 y) internal {
        uint256 kind = y % 6;
        ++calls;
        if (kind == 0) {
            core.pause();
            paused = true;
            ++done["pause"];
        } else if (kind <= 2) {
            core.unpause();
            paused = false;
            ++done["unpause"];
        } else if (kind == 3) {
            change(x);
        } else if (kind == 4) {
            address[] memory owners = new address[](2);
            (owners[0], owners[1]) = (buyers[0], buyers[1]);
            market.gatherFees(owners);
            ++done["gatherFees"];
        } else {
            collect(x);
        }
        checkSums();
    }

    function change(uint256 x) private {
        // forge-lint: disable-next-line(unsafe-typecast)
        Parameters memory p = Parameters(uint96(x % 3), uint96((x >> 8) % 30), uint96(within(x >> 16, 600, 3000)));
        if (core.readyAt(keccak256(abi.encode("parameters", p))) == 0) {
            core.announceParameters(p);
            time += core.CHANGE_DELAY();
            vm.warp(time);
            core.applyParameters(p);
            parameters = p;
            ++done["parameters"];
        }
    }

    function collect(uint256 x) private {
        uint256 pot = market.feePot();
        uint256 amount = x % (pot + 2);
        (bool ok,) = address(core).call(abi.encodeCall(core.collectFees, (address(market), TOWER, amount)));
        if (ok != (amount <= pot && goes())) fail("collectFees");
        if (ok) {
            feeSum -= amount;
            move(TOWER, int256(amount));
            ++done["collectFees"];
        }
        if (truth(TOWER) != wallets[TOWER]) fail("I6: collected fees");
    }
}
