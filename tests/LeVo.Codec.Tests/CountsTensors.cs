namespace LeVo.Codec.Tests;

/// <summary>Tests that count the live tensors of the whole process: nothing else runs beside them.</summary>
[CollectionDefinition(nameof(CountsTensors), DisableParallelization = true)]
public sealed class CountsTensors;
