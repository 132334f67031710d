// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EdgeBeatCore} from "../../src/EdgeBeatCore.sol";
import {EdgeBeatMarket} from "../../src/EdgeBeatMarket.sol";
import {IEdgeBeatCore} from "../../src/interfaces/IEdgeBeatCore.sol";
import {IEdgeBeatMarket} from "../../src/interfaces/IEdgeBeatMarket.sol";
import {Agreement, Parameters, Status} from "../../src/interfaces/MarketTypes.sol";
import {Attached} from "../support/Doubles.sol";
import {States} from "../support/States.sol";

/// @title What the platform may decide, and when
contract CoreTest is States {
    Parameters private p = Parameters(EDG, EDG / 2, 50 * EDG);

    function _rulesAre(Parameters memory q, bool paused, bool deprecated) private view {
        (Parameters memory found, bool isPaused, bool isDeprecated) = market.openingRules();
        eq(keccak256(abi.encode(found)), keccak256(abi.encode(q)), "parameters of the market");
        yes(isPaused == paused && isDeprecated == deprecated, "pause or deprecation of the market");
        (found, isPaused, isDeprecated) = core.rulesOf(address(market));
        eq(keccak256(abi.encode(found)), keccak256(abi.encode(q)), "parameters of the core");
        yes(isPaused == paused && isDeprecated == deprecated, "pause or deprecation of the core");
    }

    // Made by calls of their own, so that it is this call that must be refused, however tests are linked.

    function makeCore(uint48 delay, Parameters calldata q) external returns (EdgeBeatCore) {
        return newCore(delay, q);
    }

    function makeMarketOf(address t, address c, uint32 min, uint32 max) external returns (EdgeBeatMarket) {
        return newMarket(IERC20(t), IEdgeBeatCore(c), min, max, 2);
    }

    function _noCore(uint48 delay, Parameters memory q, bytes memory refusal) private {
        (bool done, bytes memory answer) = address(this).call(abi.encodeCall(this.makeCore, (delay, q)));
        yes(!done, "a core was made");
        eq(keccak256(answer), keccak256(refusal), "refusal");
    }

    function _noMarket(address t, address c, uint32 min, uint32 max, bool named) private {
        (bool done, bytes memory answer) =
            address(this).call(abi.encodeCall(this.makeMarketOf, (t, c, min, max)));
        yes(!done, "a market was made");
        if (named) {
            eq(
                keccak256(answer),
                keccak256(abi.encodeWithSelector(IEdgeBeatMarket.BadSetup.selector)),
                "refusal"
            );
        }
    }

    function testSetups() public {
        Parameters memory q = Parameters(100 ether, 100 ether, type(uint96).max);
        this.makeCore(1 hours, q);
        this.makeCore(30 days, q);
        bytes4 delay = IEdgeBeatCore.DelayOutOfRange.selector;
        _noCore(1 hours - 1, q, abi.encodeWithSelector(delay, 1 hours - 1, 1 hours, 30 days));
        _noCore(30 days + 1, q, abi.encodeWithSelector(delay, 30 days + 1, 1 hours, 30 days));
        bytes memory large =
            abi.encodeWithSelector(IEdgeBeatCore.ParameterTooLarge.selector, 100 ether + 1, 100 ether);
        _noCore(1 hours, Parameters(100 ether + 1, 0, 0), large);
        _noCore(1 hours, Parameters(0, 100 ether + 1, 0), large);
    }

    function testSetupsOfAMarket() public {
        EdgeBeatMarket m = this.makeMarketOf(address(token), address(core), 1, 1);
        eq(m.MIN_CHALLENGE() * 100 + m.MAX_CHALLENGE() * 10 + m.MAX_LIFE(), 112, "limits");
        eq(address(m.TOKEN()), address(token), "token");
        eq(address(m.CORE()), address(core), "core");
        _noMarket(STRANGER, address(core), 1, 1, true);
        _noMarket(address(token), address(core), 0, 1, true);
        _noMarket(address(token), address(core), 2, 1, true);
        _noMarket(address(token), STRANGER, 1, 1, false);
    }

    function testParametersChangeBehindTheTimeLock() public {
        _rulesAre(Parameters(EDG / 10, EDG / 100, 10_000 * EDG), false, false);
        bytes32 change = keccak256(abi.encode("parameters", p));
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatCore.ChangeUnknown.selector, change));
        core.applyParameters(p);
        vm.expectEmit(address(core));
        emit IEdgeBeatCore.ParametersAnnounced(change, p, START + CHANGE_DELAY);
        eq(core.announceParameters(p), change, "change");
        eq(core.readyAt(change), START + CHANGE_DELAY, "ready");
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatCore.ChangeWaits.selector, change));
        core.announceParameters(p);
        vm.warp(START + CHANGE_DELAY - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IEdgeBeatCore.ChangeTooEarly.selector, change, START + CHANGE_DELAY)
        );
        core.applyParameters(p);
        vm.warp(START + CHANGE_DELAY);
        vm.expectEmit(address(core));
        emit IEdgeBeatCore.ParametersChanged(change, p);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.ParametersSynced(p, false, false);
        core.applyParameters(p);
        _rulesAre(p, false, false);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatCore.ChangeUnknown.selector, change));
        core.applyParameters(p);
    }

    function testAChangeCanWaitTooLong() public {
        bytes32 change = core.announceParameters(p);
        uint256 last = START + CHANGE_DELAY + 14 days;
        vm.warp(last + 1);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatCore.ChangeTooLate.selector, change, last));
        core.applyParameters(p);
        core.announceParameters(p);
        vm.warp(last + 1 + CHANGE_DELAY + 14 days);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatCore.ChangeWaits.selector, change));
        core.announceParameters(p);
        core.applyParameters(p);
        _rulesAre(p, false, false);
    }

    function testAChangeCanBeWithdrawn() public {
        bytes32 change = core.announceParameters(p);
        vm.expectEmit(address(core));
        emit IEdgeBeatCore.ChangeWithdrawn(change);
        core.withdrawChange(change);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatCore.ChangeUnknown.selector, change));
        core.withdrawChange(change);
        vm.warp(START + CHANGE_DELAY);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatCore.ChangeUnknown.selector, change));
        core.applyParameters(p);
    }

    function testParametersHaveCeilings() public {
        p.listingFee = 100 ether + 1;
        vm.expectRevert(
            abi.encodeWithSelector(IEdgeBeatCore.ParameterTooLarge.selector, p.listingFee, 100 ether)
        );
        core.announceParameters(p);
        p.listingFee = 100 ether;
        p.feeFloor = 100 ether + 1;
        vm.expectRevert(
            abi.encodeWithSelector(IEdgeBeatCore.ParameterTooLarge.selector, p.feeFloor, 100 ether)
        );
        core.announceParameters(p);
        p.feeFloor = 100 ether;
        core.announceParameters(p);
    }

    function testAddressesChangeBehindTheTimeLock() public {
        bytes32 name = "TENANT_GATE";
        vm.expectRevert(IEdgeBeatCore.NameMissing.selector);
        core.announceAddress(0, STRANGER);
        bytes32 change = keccak256(abi.encode("address", name, STRANGER));
        vm.expectEmit(address(core));
        emit IEdgeBeatCore.AddressAnnounced(change, name, STRANGER, START + CHANGE_DELAY);
        eq(core.announceAddress(name, STRANGER), change, "change");
        eq(core.addressOf(name), address(0), "before");
        vm.expectRevert(
            abi.encodeWithSelector(IEdgeBeatCore.ChangeTooEarly.selector, change, START + CHANGE_DELAY)
        );
        core.applyAddress(name, STRANGER);
        vm.warp(START + CHANGE_DELAY);
        vm.expectEmit(address(core));
        emit IEdgeBeatCore.AddressChanged(change, name, STRANGER);
        core.applyAddress(name, STRANGER);
        eq(core.addressOf(name), STRANGER, "after");
        core.announceAddress(name, address(0));
        vm.warp(block.timestamp + CHANGE_DELAY);
        core.applyAddress(name, address(0));
        eq(core.addressOf(name), address(0), "none again");
    }

    /// @notice Of everything the platform changes, nothing reaches what is open: fee, cap and deadline are those of open.
    function testNoChangeReachesAnOpenAgreement() public {
        (Agreement memory a, bytes32 id) = opened();
        core.announceParameters(Parameters(100 ether, 100 ether, 1));
        vm.warp(block.timestamp + CHANGE_DELAY);
        core.applyParameters(Parameters(100 ether, 100 ether, 1));
        core.pause();
        core.deprecateMarket(address(market));
        market.claim(a, worth(id, 40 * EDG));
        vm.prank(BUYER);
        market.requestClose(a);
        (, uint40 closeAt,,) = market.agreementOf(id);
        eq(closeAt, block.timestamp + 1 days, "deadline");
        vm.warp(closeAt);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.Closed(id, BUYER, SELLER, 40 * EDG, 60 * EDG, EDG, 0, 0);
        market.finalize(a);
        eq(market.feePot(), EDG, "fee");
    }

    function testPause() public {
        vm.expectEmit(address(core));
        emit IEdgeBeatCore.PauseChanged(true);
        core.pause();
        _rulesAre(Parameters(EDG / 10, EDG / 100, 10_000 * EDG), true, false);
        vm.expectEmit(address(core));
        emit IEdgeBeatCore.PauseChanged(false);
        core.unpause();
        _rulesAre(Parameters(EDG / 10, EDG / 100, 10_000 * EDG), false, false);
    }

    function testMarkets() public {
        eq(core.markets().length, 1, "one");
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatCore.MarketAttached.selector, address(market)));
        core.attachMarket(address(market));
        EdgeBeatCore other = newCore(1 hours, p);
        EdgeBeatMarket foreign = newMarket(IERC20(address(token)), other, 1, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatCore.NotOurMarket.selector, address(foreign)));
        core.attachMarket(address(foreign));
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatCore.MarketUnknown.selector, address(foreign)));
        core.detachMarket(address(foreign));
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatCore.MarketUnknown.selector, address(foreign)));
        core.deprecateMarket(address(foreign));
        EdgeBeatMarket[7] memory more;
        core.pause();
        for (uint256 i = 0; i < 7; ++i) {
            more[i] = makeMarket();
            vm.expectEmit(address(core));
            emit IEdgeBeatCore.MarketAdded(address(more[i]));
            core.attachMarket(address(more[i]));
        }
        EdgeBeatMarket ninth = makeMarket();
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatCore.TooManyMarkets.selector, 8));
        core.attachMarket(address(ninth));
        core.unpause();
        for (uint256 i = 0; i < 7; ++i) {
            (, bool paused,) = more[i].openingRules();
            yes(!paused, "told");
        }
        vm.expectEmit(address(core));
        emit IEdgeBeatCore.MarketRetired(address(more[3]));
        core.deprecateMarket(address(more[3]));
        (,, bool deprecated) = more[3].openingRules();
        yes(deprecated, "retired");
        (,, deprecated) = more[4].openingRules();
        yes(!deprecated, "another one");
        vm.expectEmit(address(core));
        emit IEdgeBeatCore.MarketRemoved(address(more[0]));
        core.detachMarket(address(more[0]));
        eq(core.markets().length, 7, "one less");
        core.pause();
        (, bool stays,) = more[0].openingRules();
        yes(!stays, "no longer told");
        (, stays,) = more[6].openingRules();
        yes(stays, "still told");
        // A market that is not told can still take over what the core says.
        more[0].sync();
        (, stays,) = more[0].openingRules();
        yes(stays, "synced");
        core.detachMarket(address(more[5]));
        core.attachMarket(address(ninth));
        (, stays,) = ninth.openingRules();
        yes(stays, "told at once");
    }

    /// @notice What fails when it is told, or is no contract any more, keeps no change from the others.
    function testOneThatFailsBlocksNobody() public {
        Attached sick = new Attached(address(core));
        core.attachMarket(address(sick));
        EdgeBeatMarket last = makeMarket();
        core.attachMarket(address(last));
        Attached.Mood[3] memory moods = [Attached.Mood.REVERTS, Attached.Mood.BURNS, Attached.Mood.BOMB];
        for (uint256 i = 0; i < 4; ++i) {
            if (i < 3) sick.set(moods[i]);
            else vm.etch(address(sick), "");
            uint256 spent = gasleft();
            vm.expectEmit(address(core));
            emit IEdgeBeatCore.MarketNotTold(address(sick));
            core.pause();
            spent -= gasleft();
            yes(spent < 800_000, "one that fails burns more than it is given");
            _areTold(last, true);
            vm.expectEmit(address(core));
            emit IEdgeBeatCore.MarketNotTold(address(sick));
            core.unpause();
            _areTold(last, false);
        }
        // Nor does it keep parameters from them.
        core.announceParameters(p);
        vm.warp(START + CHANGE_DELAY);
        core.applyParameters(p);
        _rulesAre(p, false, false);
        core.detachMarket(address(sick));
    }

    function _areTold(EdgeBeatMarket last, bool paused) private view {
        _rulesAre(Parameters(EDG / 10, EDG / 100, 10_000 * EDG), paused, false);
        (, bool isPaused,) = last.openingRules();
        yes(isPaused == paused, "the one behind it");
    }

    function testWhoIsToldIsNotNamed() public {
        Attached well = new Attached(address(core));
        core.attachMarket(address(well));
        vm.recordLogs();
        core.pause();
        eq(vm.getRecordedLogs().length, 2, "PauseChanged and ParametersSynced");
        eq(well.told(), 2, "attached and paused");
    }

    /// @notice A market that is told for itself alone must not fail unnoticed.
    function testAttachingAndDeprecatingFailWithTheMarket() public {
        Attached sick = new Attached(address(core));
        sick.set(Attached.Mood.REVERTS);
        vm.expectRevert(abi.encodeWithSignature("Error(string)", "sick"));
        core.attachMarket(address(sick));
        sick.set(Attached.Mood.WELL);
        core.attachMarket(address(sick));
        sick.set(Attached.Mood.REVERTS);
        vm.expectRevert(abi.encodeWithSignature("Error(string)", "sick"));
        core.deprecateMarket(address(sick));
    }

    /// @notice Whoever brings little gas pauses nothing, rather than leave out a market that needs more than is left.
    function testNobodyIsLeftOutForLittleGas() public {
        Attached hungry = new Attached(address(core));
        core.attachMarket(address(hungry));
        hungry.set(Attached.Mood.HUNGRY);
        uint256 refused;
        bool done;
        for (uint256 gas_ = 50_000; !done; gas_ += 5_000) {
            bytes memory answer;
            (done, answer) = address(core).call{gas: gas_}(abi.encodeCall(core.pause, ()));
            // forge-lint: disable-next-line(unsafe-typecast)
            if (bytes4(answer) == IEdgeBeatCore.TooLittleGas.selector) ++refused;
            eq(hungry.told(), done ? 2 : 1, "told");
        }
        yes(refused > 0, "refused for too little gas");
        _rulesAre(Parameters(EDG / 10, EDG / 100, 10_000 * EDG), true, false);
    }

    function testFeesAreCollectedFromThePotOnly() public {
        (Agreement memory a, bytes32 id) = opened();
        market.claim(a, worth(id, 40 * EDG));
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.PotTooSmall.selector, 0, 1));
        core.collectFees(address(market), STRANGER, 1);
        vm.prank(SELLER);
        market.release(a);
        uint256 before = token.balanceOf(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.PotTooSmall.selector, EDG, EDG + 1));
        core.collectFees(address(market), STRANGER, EDG + 1);
        bytes memory toItself = abi.encodeWithSelector(IEdgeBeatMarket.BadReceiver.selector, market);
        vm.expectRevert(toItself);
        core.collectFees(address(market), address(market), EDG + 1);
        vm.expectRevert(toItself);
        core.collectFees(address(market), address(market), EDG);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.FeesCollected(STRANGER, EDG - 1);
        core.collectFees(address(market), STRANGER, EDG - 1);
        eq(token.balanceOf(STRANGER), before + EDG - 1, "collected");
        eq(market.feePot(), 1, "pot");
        core.collectFees(address(market), STRANGER, 1);
        eq(market.feePot(), 0, "pot");
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.OnlyCore.selector, STRANGER));
        market.collectFees(STRANGER, 0);
    }

    function testRoles() public {
        bytes32 steward = core.STEWARD_ROLE();
        bytes32 guardian = core.GUARDIAN_ROLE();
        bytes32 treasurer = core.TREASURER_ROLE();
        vm.startPrank(STRANGER);
        _forbidden(abi.encodeCall(core.announceParameters, (p)), steward);
        _forbidden(abi.encodeCall(core.applyParameters, (p)), steward);
        _forbidden(abi.encodeCall(core.announceAddress, ("x", STRANGER)), steward);
        _forbidden(abi.encodeCall(core.applyAddress, ("x", STRANGER)), steward);
        _forbidden(abi.encodeCall(core.withdrawChange, ("x")), guardian);
        _forbidden(abi.encodeCall(core.pause, ()), guardian);
        _forbidden(abi.encodeCall(core.unpause, ()), guardian);
        _forbidden(abi.encodeCall(core.attachMarket, (STRANGER)), 0);
        _forbidden(abi.encodeCall(core.detachMarket, (STRANGER)), 0);
        _forbidden(abi.encodeCall(core.deprecateMarket, (STRANGER)), 0);
        _forbidden(abi.encodeCall(core.collectFees, (address(market), STRANGER, 0)), treasurer);
        _forbidden(abi.encodeCall(core.changeDefaultAdminDelay, (30 days)), 0);
        vm.stopPrank();
    }

    function _forbidden(bytes memory data, bytes32 role) private {
        (bool done, bytes memory answer) = address(core).call(data);
        yes(!done, "a stranger may");
        eq(
            keccak256(answer),
            keccak256(
                abi.encodeWithSelector(
                    IAccessControl.AccessControlUnauthorizedAccount.selector, STRANGER, role
                )
            ),
            "refusal"
        );
    }

    function testTheAdminChangesHandsInTwoSteps() public {
        core.beginDefaultAdminTransfer(STRANGER);
        vm.warp(START + CHANGE_DELAY);
        vm.prank(STRANGER);
        vm.expectRevert();
        core.acceptDefaultAdminTransfer();
        vm.warp(START + CHANGE_DELAY + 1);
        vm.prank(STRANGER);
        core.acceptDefaultAdminTransfer();
        eq(core.defaultAdmin(), STRANGER, "admin");
        vm.expectRevert();
        core.detachMarket(address(market));
    }

    function testTheAdminsWaitIsNeverShorterThanTheTimeLock() public {
        uint48[3] memory bad = [0, CHANGE_DELAY - 1, 30 days + 1];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IEdgeBeatCore.DelayOutOfRange.selector, bad[i], CHANGE_DELAY, 30 days)
            );
            core.changeDefaultAdminDelay(bad[i]);
        }
        core.changeDefaultAdminDelay(30 days);
        vm.warp(START + 5 days + 1);
        eq(core.defaultAdminDelay(), 30 days, "longer");
        core.changeDefaultAdminDelay(CHANGE_DELAY);
        vm.warp(block.timestamp + 30 days);
        eq(core.defaultAdminDelay(), CHANGE_DELAY, "as short as the time lock again");
    }
}
