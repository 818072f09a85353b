using LeVo.Core.Model;

namespace LeVo.Alignment.Policy;

/// <summary>Which parameters a stage trains; all others stay as they are, to the bit.</summary>
internal static class StageParameters
{
    /// <summary>Whether a stage trains the parameter of this name.</summary>
    public static bool Trains(this LeLmStage stage, LeLmTensors tensors, string name) =>
        stage == LeLmStage.Joint || tensors.IsOfTracks(name) == (stage == LeLmStage.Tracks);
}
