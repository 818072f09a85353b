using LeVo.Core.Adapters;
using LeVo.Core.Checkpoints;
using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>LeLM on libtorch. Owns the parameters.</summary>
internal sealed class TorchEngine : ILeLmEngine
{
    private readonly ParameterSet parameters;

    private TorchEngine(LeLm model, ParameterSet parameters) => (Model, this.parameters) = (model, parameters);

    public LeLmConfig Config => Model.Config;

    public LeLm Model { get; }

    /// <summary>Loads the model from a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint, which may be closed afterwards.</param>
    /// <param name="config">Sizes and ids.</param>
    /// <param name="deviceName">The device: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>mps</c>.</param>
    /// <param name="type">Element type of weights and hidden states.</param>
    /// <param name="what">The model's name for error messages.</param>
    /// <param name="adapters">What is added to the weights.</param>
    /// <exception cref="ModelLoadException">Tensors are missing or have unexpected shapes; the message lists all of
    /// them.</exception>
    /// <exception cref="LeVoRuntimeException">LibTorch cannot be loaded, or cannot use the device.</exception>
    /// <exception cref="LeVoOutOfMemoryException">The memory of the device is not sufficient.</exception>
    public static TorchEngine Load(
        ICheckpoint checkpoint, LeLmConfig config, string deviceName, ElementType type, string what, AdapterSet adapters)
    {
        Device device = TorchDevices.Of(deviceName);
        ITensorSource source = new CheckpointTensorSource(checkpoint);
        string first = new LeLmTensors(config).LayerMatrices.First().Name;
        // Weights that the CPU reads from the mapped file stay where they are.
        bool copied = device.type != TorchSharp.DeviceType.CPU || !adapters.IsEmpty
            || checkpoint.Tensors.TryGetValue(first, out StoredTensor? stored) && stored.Type != type;
        ITensorSource values = adapters.IsEmpty ? source : new AdaptedTensorSource(source, adapters);
        return OutOfMemory.Explained(device, TorchSequence.Help,
            () => Build(values, config, device, type.ToScalarType(), what, copied));
    }

    /// <summary>Builds the model from a source of tensors.</summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="config">Sizes and ids.</param>
    /// <param name="device">The device.</param>
    /// <param name="dtype">Element type of weights and hidden states.</param>
    /// <param name="what">The model's name for error messages.</param>
    /// <param name="joins">Whether matrices with the same inputs are joined and a step's layers are one native call, which takes
    /// copies of the weights.</param>
    /// <exception cref="ModelLoadException">Tensors are missing or have unexpected shapes; the message lists all of
    /// them.</exception>
    public static TorchEngine Build(
        ITensorSource source, LeLmConfig config, Device device, ScalarType dtype, string what, bool joins = false)
    {
        var builder = new ParameterBuilder(source, device, dtype) { Joins = joins };
        var model = new LeLm(builder, new LeLmTensors(config), config);
        return new(model, builder.Build(what));
    }

    public string Device => Model.Device.ToString();

    public ILeLmSequence Start(ConditionIds given, ConditionIds absent, int columns) =>
        new TorchSequence(Model, given, absent, columns);

    public void Dispose()
    {
        Model.Dispose();
        parameters.Dispose();
    }
}
