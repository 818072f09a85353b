// Trainings compute for seconds, so that tests run one after the other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(LeVo.Testing.SingleThreadedTorch))]
