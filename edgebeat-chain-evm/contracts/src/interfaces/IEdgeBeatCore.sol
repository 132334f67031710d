// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Parameters} from "./MarketTypes.sol";

/// @title What the platform may decide
/// @notice Roles, fee parameters, caps, pause, and the registry of the other contracts. Nothing here reaches an agreement
/// that is open: markets take over what *new* listings and agreements are checked against, and hand out collected fees.
/// Parameters and addresses change only some time after the change was announced.
interface IEdgeBeatCore {
    // ------------------------------------------------------------------------------------------------------ errors

    /// @notice The time lock is shorter or longer than allowed.
    /// @param delay what was asked for
    /// @param min the shortest
    /// @param max the longest
    error DelayOutOfRange(uint256 delay, uint256 min, uint256 max);

    /// @notice A parameter is above what it may ever be.
    /// @param value the parameter
    /// @param max the most
    error ParameterTooLarge(uint256 value, uint256 max);

    /// @notice The same change was announced before and waits.
    /// @param change its hash
    error ChangeWaits(bytes32 change);

    /// @notice No such change was announced, or it was withdrawn or carried out.
    /// @param change its hash
    error ChangeUnknown(bytes32 change);

    /// @notice The time lock has not opened yet.
    /// @param change its hash
    /// @param readyAt when it opens
    error ChangeTooEarly(bytes32 change, uint256 readyAt);

    /// @notice The change has waited too long and must be announced again.
    /// @param change its hash
    /// @param until when it was over
    error ChangeTooLate(bytes32 change, uint256 until);

    /// @notice A registry entry without a name.
    error NameMissing();

    /// @notice The contract is no market of this platform.
    /// @param market the contract
    error NotOurMarket(address market);

    /// @notice The market is attached.
    /// @param market the market
    error MarketAttached(address market);

    /// @notice The market is not attached.
    /// @param market the market
    error MarketUnknown(address market);

    /// @notice No more markets can be attached.
    /// @param max the most
    error TooManyMarkets(uint256 max);

    /// @notice Too little gas to tell every market; whoever sends must bring more.
    /// @param left what is left
    /// @param needed what is needed for the next one
    error TooLittleGas(uint256 left, uint256 needed);

    // ------------------------------------------------------------------------------------------------------ events

    /// @notice Other parameters were announced.
    /// @param change hash of the change
    /// @param parameters the parameters
    /// @param readyAt from when on they can be applied
    event ParametersAnnounced(bytes32 indexed change, Parameters parameters, uint256 readyAt);

    /// @notice Other parameters apply to new listings and agreements.
    /// @param change hash of the change; 0 for those of the beginning
    /// @param parameters the parameters
    event ParametersChanged(bytes32 indexed change, Parameters parameters);

    /// @notice Another address was announced.
    /// @param change hash of the change
    /// @param name what of
    /// @param target the address
    /// @param readyAt from when on it can be registered
    event AddressAnnounced(bytes32 indexed change, bytes32 indexed name, address target, uint256 readyAt);

    /// @notice Another address is registered.
    /// @param change hash of the change
    /// @param name what of
    /// @param target the address; 0 for none
    event AddressChanged(bytes32 indexed change, bytes32 indexed name, address target);

    /// @notice An announced change will not come.
    /// @param change hash of the change
    event ChangeWithdrawn(bytes32 indexed change);

    /// @notice New agreements are paused, or no longer.
    /// @param paused whether they are
    event PauseChanged(bool paused);

    /// @notice A market takes over parameters and pause from now on.
    /// @param market the market
    event MarketAdded(address indexed market);

    /// @notice A market is no longer told of changes; it can still take them over itself.
    /// @param market the market
    event MarketRemoved(address indexed market);

    /// @notice A market takes no new agreements any more.
    /// @param market the market
    event MarketRetired(address indexed market);

    /// @notice A market that is attached was told of a change and has failed: it still goes by what it knew. The change and
    /// the other markets are not concerned, and anyone can make it take over the change by its `sync`.
    /// @param market the market
    event MarketNotTold(address indexed market);

    // --------------------------------------------------------------------------------------------------- functions

    /// @notice Announces other parameters.
    /// @param parameters the parameters
    /// @return change hash of the change
    function announceParameters(Parameters calldata parameters) external returns (bytes32 change);

    /// @notice Applies announced parameters once the time lock is open. A market that fails when it is told stops nothing.
    /// @param parameters the parameters
    function applyParameters(Parameters calldata parameters) external;

    /// @notice Announces another address.
    /// @param name what of
    /// @param target the address; 0 for none
    /// @return change hash of the change
    function announceAddress(bytes32 name, address target) external returns (bytes32 change);

    /// @notice Registers an announced address once the time lock is open.
    /// @param name what of
    /// @param target the address
    function applyAddress(bytes32 name, address target) external;

    /// @notice Takes an announcement back.
    /// @param change hash of the change
    function withdrawChange(bytes32 change) external;

    /// @notice Pauses new agreements in all markets, at once. A market that fails when it is told stops nothing.
    function pause() external;

    /// @notice Ends the pause.
    function unpause() external;

    /// @notice Tells a market of changes from now on.
    /// @param market a market that names this contract as its core
    function attachMarket(address market) external;

    /// @notice Tells a market of changes no longer.
    /// @param market the market
    function detachMarket(address market) external;

    /// @notice Ends new agreements in one market for good. What is open there goes on by its own rules.
    /// @param market the market
    function deprecateMarket(address market) external;

    /// @notice Takes fees out of a market's pot.
    /// @param market the market
    /// @param to who gets them
    /// @param amount how much
    function collectFees(address market, address to, uint256 amount) external;

    /// @notice What a market checks new listings and agreements against.
    /// @param market the market
    /// @return parameters the parameters
    /// @return paused whether new agreements are paused
    /// @return deprecated whether the market takes no new agreements any more
    function rulesOf(address market)
        external
        view
        returns (Parameters memory parameters, bool paused, bool deprecated);

    /// @notice An address of the registry.
    /// @param name what of
    /// @return the address; 0 for none
    function addressOf(bytes32 name) external view returns (address);

    /// @notice When an announced change can be carried out.
    /// @param change hash of the change
    /// @return the second; 0 when it is unknown
    function readyAt(bytes32 change) external view returns (uint256);

    /// @notice The markets that are told of changes.
    /// @return their addresses
    function markets() external view returns (address[] memory);

    /// @notice How long changes wait.
    /// @return seconds
    // solhint-disable-next-line func-name-mixedcase
    function CHANGE_DELAY() external view returns (uint256);
}
