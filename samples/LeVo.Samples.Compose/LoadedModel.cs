using LeVo.Core;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeVo.Samples.Compose;

/// <summary>A model that is ready to sing, and what keeps it alive.</summary>
/// <param name="Generator">Makes songs.</param>
/// <param name="Check">What the model finds odd in lyrics.</param>
/// <param name="MaxDuration">The longest song.</param>
/// <param name="Owner">Frees the model.</param>
internal sealed record LoadedModel(ISongGenerator Generator, Func<Lyrics, IReadOnlyList<LyricsFinding>> Check,
    TimeSpan MaxDuration, IDisposable Owner) : IDisposable
{
    /// <summary>Loads a model folder.</summary>
    /// <exception cref="ModelLoadException">Something of it is missing or broken.</exception>
    /// <exception cref="LeVoRuntimeException">The native libraries are missing, or lack the device.</exception>
    public static LoadedModel Load(string path, Device device, Terminal terminal)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new TerminalLogger(terminal)));
        services.AddLeVo(options =>
        {
            options.ModelPath = path;
            options.Device = Arguments.Name(device);
        }).AddMusicCodec();
        ServiceProvider provider = services.BuildServiceProvider();
        try
        {
            LeVoModel model = provider.GetRequiredService<LeVoModel>();
            return new(provider.GetRequiredService<ISongGenerator>(), model.Check, model.Info.MaxDuration, provider);
        }
        catch
        {
            provider.Dispose();
            throw;
        }
    }

    public void Dispose() => Owner.Dispose();
}
