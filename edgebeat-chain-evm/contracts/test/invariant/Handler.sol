// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EdgeBeatCore} from "../../src/EdgeBeatCore.sol";
import {EdgeBeatMarket} from "../../src/EdgeBeatMarket.sol";
import {IEdgeBeatMarket} from "../../src/interfaces/IEdgeBeatMarket.sol";
import {Parameters, Status} from "../../src/interfaces/MarketTypes.sol";
import {Wallet} from "../support/Doubles.sol";
import {Model} from "./Model.sol";
import {Surroundings} from "./Surroundings.sol";

/// @title Honest and cheating buyers, sellers, towers, patrons and a platform, in any order
/// @notice Forge's own work for a call is larger than the market's, so one call of forge is several here. Each of them is
/// counted by itself, and checked by itself.
contract Handler is Surroundings {
    /// @notice How many steps one call of forge takes.
    uint256 public constant STEPS = 10;

    enum Way {
        SELLER,
        BUYER_ASKS,
        BUYER_WAITS
    }

    error Out();

    constructor(IERC20 token_, EdgeBeatCore core_, EdgeBeatMarket market_, Parameters memory parameters_)
        Model(token_, core_, market_, parameters_)
    {}

    /// @notice Begins with a channel in every seat.
    function begin() external {
        address[6] memory all = [buyers[0], buyers[1], sellers[0], sellers[1], TOWER, PATRON];
        for (uint256 i = 0; i < all.length; ++i) {
            wallets[all[i]] = truth(all[i]);
        }
        vm.etch(sellers[1], address(new Wallet()).code);
        for (uint256 i = 0; i < SEATS; ++i) {
            // Without a fault, from the wallet, by a tower with both right signatures.
            doOpen(i, (uint256(1) << 96) | (35 << 100) | (600 << 32) | (200 << 8) | i, 0x11104);
        }
    }

    /// @notice The next steps; the only function that is drawn.
    function steps(uint256 seed) external {
        uint256 free;
        assembly ("memory-safe") {
            free := mload(0x40)
        }
        for (uint256 n = 0; n < STEPS; ++n) {
            step(mix(seed, n));
            // What a step had in memory nobody reads any more.
            assembly ("memory-safe") {
                mstore(0x40, free)
            }
        }
    }

    /// @dev What opens and pays comes more often than what ends. After one step in four one party alone leaves.
    function step(uint256 seed) internal virtual {
        uint256 x = mix(seed, 1);
        uint256 y = mix(seed, 2);
        uint256 i = (seed >> 8) % SEATS;
        uint256 kind = (seed >> 16) % 24;
        if (kind < 3) doOpen(i, x, y);
        else if (kind < 6) doLiteral(i, x, y);
        else if (kind < 7) doTopUp(i, x, y);
        else if (kind < 9) doReveal(i, x, y);
        else if (kind < 12) doClaim(i, x, y);
        else if (kind < 13) doRequestClose(i, y);
        else if (kind < 14) doSettle(i, x, y);
        else if (kind < 15) doTerminate(i, x, y);
        else if (kind < 16) doRelease(i, y);
        else if (kind < 17) doFinalize(i, y);
        else if (kind < 18) doWait(x, y);
        else if (kind < 19) doForge(i, x, y);
        else if (kind < 20) doOld(i, y);
        else if (kind < 21) doVault(i, x, y);
        else if (kind < 22) doAdvertise(i, x);
        else if (kind < 23) doPlatform(x, y);
        else doDonate(x);
        if ((seed >> 32) % 4 == 0) oneLeaves(i, Way((seed >> 40) % 3));
    }

    // ---------------------------------------------------------------------------------------------------- liveness

    /// @notice I13: whatever has happened, each party of each agreement alone is out.
    function everybodyLeaves() external {
        for (uint256 i = 0; i < SEATS; ++i) {
            oneLeaves(i, Way.SELLER);
            oneLeaves(i, Way.BUYER_ASKS);
            oneLeaves(i, Way.BUYER_WAITS);
        }
    }

    /// @dev One party leaves, and what it did is taken back: the call in which it happened always reverts.
    function oneLeaves(uint256 i, Way way) internal {
        Status status = seats[i].status;
        if (!funded(status) && (way == Way.SELLER || status != Status.FEE_HELD)) {
            return;
        }
        ++exits;
        try this.tryToLeave(i, way) {
            fail("I13: nothing was tried");
        } catch Error(string memory why) {
            fail(string.concat("I13: ", why));
        } catch (bytes memory answer) {
            if (bytes4(answer) != Out.selector) fail("I13: the attempt itself has failed");
        }
        // The machine's clock is not what is taken back.
        vm.warp(time);
    }

    function tryToLeave(uint256 i, Way way) external {
        makeTokenBehave();
        if (way == Way.SELLER) sellerLeaves(seats[i]);
        else buyerLeaves(seats[i], way == Way.BUYER_ASKS);
        revert Out();
    }

    function makeTokenBehave() internal virtual {}

    /// @dev At once, with the best voucher: min(its value, deposit + topUps) in all.
    function sellerLeaves(Seat storage s) private {
        uint256 total = s.a.deposit + s.topUps;
        uint256 due = s.revealed < total ? s.revealed : total;
        if (due < s.claimed) due = s.claimed;
        uint256 before = truth(s.a.seller);
        if (s.best.voucher.agreementId == 0) {
            mustDo(s.a.seller, abi.encodeCall(IEdgeBeatMarket.release, (s.a)), "the seller cannot release");
        } else {
            bytes memory data = abi.encodeCall(IEdgeBeatMarket.releaseWithVoucher, (s.a, s.best));
            mustDo(s.a.seller, data, "the seller cannot release with its best voucher");
        }
        if (truth(s.a.seller) - before != due - s.claimed) revert("the seller gets another sum");
    }

    /// @dev At the deadline, whoever else is silent, and not a second before: everything that was not claimed, but the fee for
    /// what was. Who does not ask waits until the challenge after the expiry.
    function buyerLeaves(Seat storage s, bool asks) private {
        uint256 before = truth(s.a.buyer) + market.vaultOf(s.a.buyer);
        uint256 back = s.a.fee;
        if (s.status == Status.FEE_HELD) {
            mustDo(s.a.buyer, abi.encodeCall(IEdgeBeatMarket.reclaimFee, (s.a)), "the buyer cannot reclaim its fee");
        } else {
            uint256 latest = uint256(s.a.expiry) + s.a.challenge;
            if (s.status == Status.OPEN && asks) {
                mustDo(s.a.buyer, abi.encodeCall(IEdgeBeatMarket.requestClose, (s.a)), "the buyer cannot ask to close");
                if (time < s.a.expiry) latest = time + s.a.challenge;
            } else if (s.status == Status.CLOSING) {
                latest = s.closeAt;
            }
            bytes memory data = abi.encodeCall(IEdgeBeatMarket.finalize, (s.a));
            if (time < latest) {
                vm.warp(latest - 1);
                vm.prank(s.a.buyer);
                (bool early,) = address(market).call(data);
                if (early) revert("the buyer is out before the deadline");
                vm.warp(latest);
            }
            mustDo(s.a.buyer, data, "the buyer is not out by the deadline");
            back += s.a.deposit + s.topUps - s.claimed;
            back -= s.claimed < s.a.fee ? s.claimed : s.a.fee;
        }
        if (truth(s.a.buyer) + market.vaultOf(s.a.buyer) - before != back) revert("the buyer gets another sum");
    }

    function mustDo(address sender, bytes memory data, string memory why) private {
        vm.prank(sender);
        (bool ok,) = address(market).call(data);
        if (!ok) revert(why);
    }
}
