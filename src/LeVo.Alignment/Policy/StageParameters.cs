using LeVo.Core.Model;

namespace LeVo.Alignment.Policy;

/// <summary>Selects the parameters that a stage trains; all others remain bit-identical.</summary>
internal static class StageParameters
{
    /// <summary>Whether a stage trains the parameter with a name.</summary>
    public static bool Trains(this LeLmStage stage, LeLmTensors tensors, string name) =>
        stage == LeLmStage.Joint || tensors.IsOfTracks(name) == (stage == LeLmStage.Tracks);
}
