namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds further parts of LeVo; <c>LeVo.Codec</c> and <c>LeVo.Alignment</c> extend it.</summary>
public sealed class LeVoBuilder
{
    internal LeVoBuilder(IServiceCollection services) => Services = services;

    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; }
}
