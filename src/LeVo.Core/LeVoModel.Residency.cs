using LeVo.Core.Engines;
using LeVo.Core.Model;
using LeVo.Core.Residency;
using LeVo.Core.Runtime;

namespace LeVo.Core;

/// <content>Whether the weights stay in memory.</content>
public sealed partial class LeVoModel
{
    /// <summary>The engine, or one that can be freed and loaded again.</summary>
    private static ILeLmEngine LoadResident(ModelFolder folder, LeVoOptions options, Func<CancellationToken, ILeLmEngine> load,
        CancellationToken cancellationToken)
    {
        MemoryNeed.Require(folder, options, MemoryLimit.Bytes);
        if (options.Residency == ModelResidency.KeepAll)
            return load(cancellationToken);
        CancellationToken stop = cancellationToken;
        var engine = new ResidentEngine(folder.Config, options.Residents, () => load(stop));
        try
        {
            engine.Load();
            stop = CancellationToken.None; // What cancels the start is no concern of later loads.
            return engine;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }
}
