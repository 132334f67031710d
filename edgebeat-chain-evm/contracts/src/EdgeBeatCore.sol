// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {IEdgeBeatCore} from "./interfaces/IEdgeBeatCore.sol";
import {IEdgeBeatMarket} from "./interfaces/IEdgeBeatMarket.sol";
import {Parameters} from "./interfaces/MarketTypes.sol";

/// @title EdgeBeatCore
/// @notice See IEdgeBeatCore. The default admin changes hands in two steps, the second one after the time lock; the admin can
/// make its own wait longer, and never shorter than the time lock.
contract EdgeBeatCore is IEdgeBeatCore, AccessControlDefaultAdminRules {
    /// @notice May announce and apply changes.
    bytes32 public constant STEWARD_ROLE = keccak256("STEWARD_ROLE");
    /// @notice May pause and unpause new agreements, and withdraw announced changes.
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");
    /// @notice May collect fees.
    bytes32 public constant TREASURER_ROLE = keccak256("TREASURER_ROLE");

    /// @notice The shortest time lock.
    uint256 public constant MIN_CHANGE_DELAY = 1 hours;
    /// @notice The longest time lock.
    uint256 public constant MAX_CHANGE_DELAY = 30 days;
    /// @notice How long a change can be carried out once the time lock is open.
    uint256 public constant CHANGE_WINDOW = 14 days;
    /// @notice The most the listing fee and the fee floor can ever be: beyond, nobody could enter the market.
    uint256 public constant MAX_FEE = 100 ether;
    /// @notice How many markets can be attached: a pause must always fit into one transaction.
    uint256 public constant MAX_MARKETS = 8;
    /// @dev The gas a market gets when it is told of a change: some eight times what ours uses. All eight fit into a transaction.
    uint256 private constant TELL_GAS = 500_000;

    /// @inheritdoc IEdgeBeatCore
    uint256 public immutable CHANGE_DELAY;

    Parameters private _parameters;
    bool private _paused;
    mapping(bytes32 change => uint256) private _readyAt;
    mapping(bytes32 name => address) private _addresses;
    mapping(address market => bool) private _deprecated;
    address[] private _markets;

    /// @notice Makes the platform's contract.
    /// @param admin who gives roles
    /// @param changeDelay how long changes wait
    /// @param parameters what markets begin with
    constructor(address admin, uint48 changeDelay, Parameters memory parameters)
        AccessControlDefaultAdminRules(changeDelay, admin)
    {
        if (changeDelay < MIN_CHANGE_DELAY || changeDelay > MAX_CHANGE_DELAY) {
            revert DelayOutOfRange(changeDelay, MIN_CHANGE_DELAY, MAX_CHANGE_DELAY);
        }
        _requireParameters(parameters);
        CHANGE_DELAY = changeDelay;
        _parameters = parameters;
        emit ParametersChanged(0, parameters);
    }

    // ----------------------------------------------------------------------------------------------------- changes

    /// @inheritdoc IEdgeBeatCore
    function announceParameters(Parameters calldata parameters)
        external
        onlyRole(STEWARD_ROLE)
        returns (bytes32 change)
    {
        _requireParameters(parameters);
        change = _hashParameters(parameters);
        _announce(change);
        emit ParametersAnnounced(change, parameters, _readyAt[change]);
    }

    /// @inheritdoc IEdgeBeatCore
    function applyParameters(Parameters calldata parameters) external onlyRole(STEWARD_ROLE) {
        bytes32 change = _hashParameters(parameters);
        _carryOut(change);
        _parameters = parameters;
        emit ParametersChanged(change, parameters);
        _tellMarkets();
    }

    /// @inheritdoc IEdgeBeatCore
    function announceAddress(bytes32 name, address target) external onlyRole(STEWARD_ROLE) returns (bytes32 change) {
        if (name == 0) {
            revert NameMissing();
        }
        change = _hashAddress(name, target);
        _announce(change);
        emit AddressAnnounced(change, name, target, _readyAt[change]);
    }

    /// @inheritdoc IEdgeBeatCore
    function applyAddress(bytes32 name, address target) external onlyRole(STEWARD_ROLE) {
        bytes32 change = _hashAddress(name, target);
        _carryOut(change);
        _addresses[name] = target;
        emit AddressChanged(change, name, target);
    }

    /// @inheritdoc IEdgeBeatCore
    function withdrawChange(bytes32 change) external onlyRole(GUARDIAN_ROLE) {
        if (_readyAt[change] == 0) {
            revert ChangeUnknown(change);
        }
        delete _readyAt[change];
        emit ChangeWithdrawn(change);
    }

    // ----------------------------------------------------------------------------------------------------- markets

    /// @inheritdoc IEdgeBeatCore
    function pause() external onlyRole(GUARDIAN_ROLE) {
        _setPaused(true);
    }

    /// @inheritdoc IEdgeBeatCore
    function unpause() external onlyRole(GUARDIAN_ROLE) {
        _setPaused(false);
    }

    /// @inheritdoc IEdgeBeatCore
    function attachMarket(address market) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (_indexOf(market) < _markets.length) {
            revert MarketAttached(market);
        }
        if (_markets.length == MAX_MARKETS) {
            revert TooManyMarkets(MAX_MARKETS);
        }
        if (address(IEdgeBeatMarket(market).CORE()) != address(this)) {
            revert NotOurMarket(market);
        }
        _markets.push(market);
        emit MarketAdded(market);
        IEdgeBeatMarket(market).sync();
    }

    /// @inheritdoc IEdgeBeatCore
    function detachMarket(address market) external onlyRole(DEFAULT_ADMIN_ROLE) {
        uint256 i = _requireAttached(market);
        _markets[i] = _markets[_markets.length - 1];
        _markets.pop();
        emit MarketRemoved(market);
    }

    /// @inheritdoc IEdgeBeatCore
    function deprecateMarket(address market) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _requireAttached(market);
        _deprecated[market] = true;
        emit MarketRetired(market);
        IEdgeBeatMarket(market).sync();
    }

    /// @inheritdoc IEdgeBeatCore
    function collectFees(address market, address to, uint256 amount) external onlyRole(TREASURER_ROLE) {
        IEdgeBeatMarket(market).collectFees(to, amount);
    }

    // ------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IEdgeBeatCore
    function rulesOf(address market)
        external
        view
        returns (Parameters memory parameters, bool paused, bool deprecated)
    {
        return (_parameters, _paused, _deprecated[market]);
    }

    /// @inheritdoc IEdgeBeatCore
    function addressOf(bytes32 name) external view returns (address) {
        return _addresses[name];
    }

    /// @inheritdoc IEdgeBeatCore
    function readyAt(bytes32 change) external view returns (uint256) {
        return _readyAt[change];
    }

    /// @inheritdoc IEdgeBeatCore
    function markets() external view returns (address[] memory) {
        return _markets;
    }

    // ----------------------------------------------------------------------------------------------------- private

    function _announce(bytes32 change) private {
        // One that has waited too long may be announced again; one that still counts must not be put off unnoticed.
        uint256 ready = _readyAt[change];
        if (ready != 0 && block.timestamp <= ready + CHANGE_WINDOW) {
            revert ChangeWaits(change);
        }
        _readyAt[change] = block.timestamp + CHANGE_DELAY;
    }

    function _carryOut(bytes32 change) private {
        uint256 ready = _readyAt[change];
        if (ready == 0) {
            revert ChangeUnknown(change);
        }
        if (block.timestamp < ready) {
            revert ChangeTooEarly(change, ready);
        }
        if (block.timestamp > ready + CHANGE_WINDOW) {
            revert ChangeTooLate(change, ready + CHANGE_WINDOW);
        }
        delete _readyAt[change];
    }

    function _setPaused(bool paused) private {
        _paused = paused;
        emit PauseChanged(paused);
        _tellMarkets();
    }

    function _tellMarkets() private {
        uint256 count = _markets.length;
        for (uint256 i = 0; i < count; ++i) {
            if (!_told(_markets[i])) {
                emit MarketNotTold(_markets[i]);
            }
        }
    }

    /// @dev One market that fails must not keep a pause from the others. It gets all of its gas or nobody is told: whoever
    /// sends cannot make a sound one fail by bringing little.
    function _told(address market) private returns (bool) {
        // Code can go, of an account that has only borrowed it; then `try` itself would revert.
        if (market.code.length == 0) {
            return false;
        }
        // A call keeps back a 64th of what is left.
        uint256 needed = TELL_GAS * 16 / 15;
        if (gasleft() < needed) {
            revert TooLittleGas(gasleft(), needed);
        }
        try IEdgeBeatMarket(market).sync{gas: TELL_GAS}() {
            return true;
        } catch {
            return false;
        }
    }

    /// @dev The wait of the admin's handover can be made longer. Without this it could be made nothing.
    function _changeDefaultAdminDelay(uint48 newDelay) internal override {
        if (newDelay < CHANGE_DELAY || newDelay > MAX_CHANGE_DELAY) {
            revert DelayOutOfRange(newDelay, CHANGE_DELAY, MAX_CHANGE_DELAY);
        }
        super._changeDefaultAdminDelay(newDelay);
    }

    function _requireAttached(address market) private view returns (uint256 i) {
        i = _indexOf(market);
        if (i == _markets.length) {
            revert MarketUnknown(market);
        }
    }

    function _indexOf(address market) private view returns (uint256 i) {
        uint256 count = _markets.length;
        while (i < count && _markets[i] != market) {
            ++i;
        }
    }

    function _hashParameters(Parameters calldata parameters) private pure returns (bytes32) {
        return keccak256(abi.encode("parameters", parameters));
    }

    function _hashAddress(bytes32 name, address target) private pure returns (bytes32) {
        return keccak256(abi.encode("address", name, target));
    }

    function _requireParameters(Parameters memory parameters) private pure {
        if (parameters.listingFee > MAX_FEE) {
            revert ParameterTooLarge(parameters.listingFee, MAX_FEE);
        }
        if (parameters.feeFloor > MAX_FEE) {
            revert ParameterTooLarge(parameters.feeFloor, MAX_FEE);
        }
    }
}
