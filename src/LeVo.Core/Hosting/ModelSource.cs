using LeVo.Core.Generation;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Core.Hosting;

/// <summary>
/// The two halves of one registered model, each loaded once. They are created through the container, which owns them and
/// where applications can replace them, but on a dedicated thread: the container holds no lock that a request waits for.
/// </summary>
internal sealed class ModelSource
{
    /// <param name="provider">The application's services.</param>
    /// <param name="key">The name of the model, or null.</param>
    public ModelSource(IServiceProvider provider, object? key)
    {
        HasCodec = provider.HasKeyed<IMusicCodec>(key);
        Model = new(_ => provider.GetRequiredKeyedService<LeVoModel>(key));
        Codec = new(stop =>
        {
            IMusicCodec codec = provider.GetRequiredKeyedService<IMusicCodec>(key);
            (codec as ILoadsParts)?.LoadParts(stop);
            return codec;
        });
    }

    /// <summary>Whether a codec is registered.</summary>
    public bool HasCodec { get; }

    public Loading<LeVoModel> Model { get; }

    public Loading<IMusicCodec> Codec { get; }

    /// <summary>Stops what is being loaded.</summary>
    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Model.StopAsync(cancellationToken), Codec.StopAsync(cancellationToken));
}
