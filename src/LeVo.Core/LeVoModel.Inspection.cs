using LeVo.Core.Runtime;
using Microsoft.Extensions.Logging;

namespace LeVo.Core;

/// <content>Without loading.</content>
public sealed partial class LeVoModel
{
    /// <summary>Finds out what loading a model would find and take: layout, parts, types, missing files, the size of the file
    /// to be written, memory, and an estimate of times. No weights are loaded; it takes about a second.</summary>
    /// <param name="options">The folder, backend, device and precision.</param>
    /// <param name="logger">Receives warnings about the folder.</param>
    /// <exception cref="ArgumentException">The options are out of range.</exception>
    public static ModelReport Inspect(LeVoOptions options, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems().ToArray() is { Length: > 0 } problems)
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        return new ModelInspector(options, logger, MemoryLimit.Bytes).Inspect();
    }
}
